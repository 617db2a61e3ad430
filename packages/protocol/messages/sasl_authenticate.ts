// Carries the tokens of a SASL mechanism to and fro; clients send it after SaslHandshake, as often
// as the mechanism wants it, and again before their session ends (KIP-368).

import {
  api,
  bytes,
  int16,
  int64,
  type Request,
  type ResponseDraft,
  string,
} from "../schema/mod.ts";

export const SaslAuthenticate = api({
  key: 36,
  name: "SaslAuthenticate",
  versions: [0, 2],
  flexibleSince: 2,
  request: {
    /** A token of the mechanism, as in the response. */
    authBytes: bytes,
  },
  response: {
    errorCode: int16,
    errorMessage: string.nullable(),
    authBytes: bytes,
    /** From now on; later the client must authenticate anew. 0: never. */
    sessionLifetimeMs: int64.since(1).default(0n).ignorable(),
  },
});
export type SaslAuthenticateRequest = Request<typeof SaslAuthenticate>;
export type SaslAuthenticateResponse = ResponseDraft<typeof SaslAuthenticate>;
