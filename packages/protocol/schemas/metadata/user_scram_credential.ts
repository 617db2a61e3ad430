// A user's SCRAM credential is set.

import { bytes, int32, int8, type MessageOf, string } from "../../schema/mod.ts";
import { metadataRecord } from "./record.ts";

export const UserScramCredentialRecord = metadataRecord({
  key: 11,
  name: "UserScramCredentialRecord",
  versions: [0, 0],
  fields: {
    name: string,
    /** 1: SCRAM-SHA-256, 2: SCRAM-SHA-512. */
    mechanism: int8,
    salt: bytes,
    /** To check a client by (RFC 5802). */
    storedKey: bytes,
    /** To prove the server to a client by. */
    serverKey: bytes,
    iterations: int32,
  },
});
export type UserScramCredentialRecord = MessageOf<typeof UserScramCredentialRecord>;
