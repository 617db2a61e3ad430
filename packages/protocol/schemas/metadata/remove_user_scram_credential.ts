// A user's SCRAM credential is deleted.

import { int8, type MessageOf, string } from "../../schema/mod.ts";
import { metadataRecord } from "./record.ts";

export const RemoveUserScramCredentialRecord = metadataRecord({
  key: 22,
  name: "RemoveUserScramCredentialRecord",
  versions: [0, 0],
  fields: {
    name: string,
    /** 1: SCRAM-SHA-256, 2: SCRAM-SHA-512. */
    mechanism: int8,
  },
});
export type RemoveUserScramCredentialRecord = MessageOf<typeof RemoveUserScramCredentialRecord>;
