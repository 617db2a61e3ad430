// Creates a delegation token, by which a client can authenticate as the token's owner (KIP-48);
// admin clients send it to any broker, which forwards it to the controller, or to the controller
// itself.

import {
  api,
  array,
  bytes,
  int16,
  int32,
  int64,
  type Request,
  type ResponseDraft,
  string,
} from "../schema/mod.ts";

export const CreateDelegationToken = api({
  key: 38,
  name: "CreateDelegationToken",
  versions: [1, 3],
  flexibleSince: 2,
  request: {
    /** null, as the name: whoever asks (KIP-373). */
    ownerPrincipalType: string.since(3).nullable(),
    ownerPrincipalName: string.since(3).nullable(),
    /** Besides the owner. */
    renewers: array({ principalType: string, principalName: string }),
    /** -1: as the broker is configured. */
    maxLifetimeMs: int64,
  },
  response: {
    errorCode: int16,
    /** Of the owner, as the name. */
    principalType: string,
    principalName: string,
    tokenRequesterPrincipalType: string.since(3),
    tokenRequesterPrincipalName: string.since(3),
    /** Wall clock, as the others. */
    issueTimestampMs: int64,
    /** Can be put off by renewing. */
    expiryTimestampMs: int64,
    /** It cannot be renewed beyond. */
    maxTimestampMs: int64,
    tokenId: string,
    /** The token's secret. */
    hmac: bytes,
    throttleTimeMs: int32.default(0),
  },
});
export type CreateDelegationTokenRequest = Request<typeof CreateDelegationToken>;
export type CreateDelegationTokenResponse = ResponseDraft<typeof CreateDelegationToken>;
