// Chooses the SASL mechanism of a connection; clients send it before they authenticate.

import { api, array, int16, type Request, type ResponseDraft, string } from "../schema/mod.ts";

/** After version 1 tokens come in SaslAuthenticate; after version 0 they come as bare frames. */
export const SaslHandshake = api({
  key: 17,
  name: "SaslHandshake",
  versions: [0, 1],
  request: { mechanism: string },
  response: { errorCode: int16, mechanisms: array(string) },
});
export type SaslHandshakeRequest = Request<typeof SaslHandshake>;
export type SaslHandshakeResponse = ResponseDraft<typeof SaslHandshake>;
