// Sets and deletes SCRAM credentials of users (KIP-554); admin clients send it to any broker, which
// forwards it to the controller, or to the controller itself.

import {
  api,
  array,
  bytes,
  int16,
  int32,
  int8,
  type Request,
  type ResponseDraft,
  string,
} from "../schema/mod.ts";

export const AlterUserScramCredentials = api({
  key: 51,
  name: "AlterUserScramCredentials",
  versions: [0, 0],
  flexibleSince: 0,
  request: {
    deletions: array({
      name: string,
      /** 1: SCRAM-SHA-256, 2: SCRAM-SHA-512. */
      mechanism: int8,
    }),
    upsertions: array({
      name: string,
      /** As in `deletions`. */
      mechanism: int8,
      iterations: int32,
      salt: bytes,
      /** Made by the client (RFC 5802): the password itself never leaves it. */
      saltedPassword: bytes,
    }),
  },
  response: {
    throttleTimeMs: int32.default(0),
    /** One per user. */
    results: array({ user: string, errorCode: int16, errorMessage: string.nullable() }),
  },
});
export type AlterUserScramCredentialsRequest = Request<typeof AlterUserScramCredentials>;
export type AlterUserScramCredentialsResponse = ResponseDraft<typeof AlterUserScramCredentials>;
