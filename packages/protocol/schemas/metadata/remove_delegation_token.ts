// A delegation token is deleted, or has expired.

import { type MessageOf, string } from "../../schema/mod.ts";
import { metadataRecord } from "./record.ts";

export const RemoveDelegationTokenRecord = metadataRecord({
  key: 26,
  name: "RemoveDelegationTokenRecord",
  versions: [0, 0],
  fields: { tokenId: string },
});
export type RemoveDelegationTokenRecord = MessageOf<typeof RemoveDelegationTokenRecord>;
