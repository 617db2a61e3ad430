// Puts off the expiry of a delegation token (KIP-48); its owner and its renewers send it to any
// broker, which forwards it to the controller, or to the controller itself.

import {
  api,
  bytes,
  int16,
  int32,
  int64,
  type Request,
  type ResponseDraft,
} from "../schema/mod.ts";

export const RenewDelegationToken = api({
  key: 39,
  name: "RenewDelegationToken",
  versions: [1, 2],
  flexibleSince: 2,
  request: {
    /** Of the token; whoever knows it may name it. */
    hmac: bytes,
    /** From now on; -1: as the broker is configured. */
    renewPeriodMs: int64,
  },
  response: {
    errorCode: int16,
    /** Wall clock. */
    expiryTimestampMs: int64,
    throttleTimeMs: int32.default(0),
  },
});
export type RenewDelegationTokenRequest = Request<typeof RenewDelegationToken>;
export type RenewDelegationTokenResponse = ResponseDraft<typeof RenewDelegationToken>;
