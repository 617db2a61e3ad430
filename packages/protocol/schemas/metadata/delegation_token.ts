// A delegation token is made or renewed.

import { array, int64, type MessageOf, string } from "../../schema/mod.ts";
import { metadataRecord } from "./record.ts";

export const DelegationTokenRecord = metadataRecord({
  key: 10,
  name: "DelegationTokenRecord",
  versions: [0, 0],
  fields: {
    /** `User:name`, as the requester and the renewers. */
    owner: string,
    requester: string,
    renewers: array(string),
    /** Wall clock in ms, as the others. */
    issueTimestamp: int64,
    /** It cannot be renewed beyond. */
    maxTimestamp: int64,
    expirationTimestamp: int64,
    tokenId: string,
  },
});
export type DelegationTokenRecord = MessageOf<typeof DelegationTokenRecord>;
