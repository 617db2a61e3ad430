// Lists which SCRAM credentials users have, without secrets (KIP-554); admin clients send it to any
// broker or controller.

import {
  api,
  array,
  int16,
  int32,
  int8,
  type Request,
  type ResponseDraft,
  string,
} from "../schema/mod.ts";

export const DescribeUserScramCredentials = api({
  key: 50,
  name: "DescribeUserScramCredentials",
  versions: [0, 0],
  flexibleSince: 0,
  request: {
    /** null or empty: all. */
    users: array({ name: string }).nullable(),
  },
  response: {
    throttleTimeMs: int32.default(0),
    /** Of the request. Other errors stand at their users. */
    errorCode: int16,
    errorMessage: string.nullable(),
    results: array({
      user: string,
      errorCode: int16,
      errorMessage: string.nullable(),
      credentialInfos: array({
        /** 1: SCRAM-SHA-256, 2: SCRAM-SHA-512. */
        mechanism: int8,
        iterations: int32,
      }),
    }),
  },
});
export type DescribeUserScramCredentialsRequest = Request<typeof DescribeUserScramCredentials>;
export type DescribeUserScramCredentialsResponse = ResponseDraft<
  typeof DescribeUserScramCredentials
>;
