// Lists the delegation tokens that its sender may see (KIP-48); admin clients send it to any broker
// or controller.

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

const describedToken = {
  /** Of the owner, as the name. */
  principalType: string,
  principalName: string,
  tokenRequesterPrincipalType: string.since(3),
  tokenRequesterPrincipalName: string.since(3),
  /** Wall clock in ms, as the others. */
  issueTimestamp: int64,
  expiryTimestamp: int64,
  /** It cannot be renewed beyond. */
  maxTimestamp: int64,
  tokenId: string,
  /** The token's secret. */
  hmac: bytes,
  renewers: array({ principalType: string, principalName: string }),
};

export const DescribeDelegationToken = api({
  key: 41,
  name: "DescribeDelegationToken",
  versions: [1, 3],
  flexibleSince: 2,
  request: {
    /** null: of everybody. */
    owners: array({ principalType: string, principalName: string }).nullable(),
  },
  response: { errorCode: int16, tokens: array(describedToken), throttleTimeMs: int32.default(0) },
});
export type DescribeDelegationTokenRequest = Request<typeof DescribeDelegationToken>;
export type DescribeDelegationTokenResponse = ResponseDraft<typeof DescribeDelegationToken>;
