// Carries a client's request to the controller; brokers send it to the active controller (KIP-590).

import { api, bytes, int16, type Request, type ResponseDraft } from "../schema/mod.ts";

export const Envelope = api({
  key: 58,
  name: "Envelope",
  versions: [0, 0],
  flexibleSince: 0,
  request: {
    /** Header and body, as the client sent them. */
    requestData: bytes,
    /** Who asks, as DefaultPrincipal; null: nobody was authenticated. */
    requestPrincipal: bytes.nullable(),
    /** 4 or 16 bytes. */
    clientHostAddress: bytes,
  },
  response: {
    /** Header and body; null on an error of the envelope itself. */
    responseData: bytes.nullable().default(null),
    errorCode: int16,
  },
});
export type EnvelopeRequest = Request<typeof Envelope>;
export type EnvelopeResponse = ResponseDraft<typeof Envelope>;
