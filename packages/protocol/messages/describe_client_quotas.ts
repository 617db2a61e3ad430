// Lists the quotas of the client entities that match a filter (KIP-546); admin clients send it to
// any broker.

import {
  api,
  array,
  boolean,
  float64,
  int16,
  int32,
  int8,
  type Request,
  type ResponseDraft,
  string,
} from "../schema/mod.ts";

export const DescribeClientQuotas = api({
  key: 48,
  name: "DescribeClientQuotas",
  versions: [0, 1],
  flexibleSince: 1,
  request: {
    /** Entities must match all of them. */
    components: array({
      /** `user`, `client-id` or `ip`. */
      entityType: string,
      /** 0: the name in `match`; 1: the default of its type; 2: whatever its name. */
      matchType: int8,
      /** null unless a name is to match. */
      match: string.nullable(),
    }),
    /** Leaves out entities that have further types. */
    strict: boolean,
  },
  response: {
    throttleTimeMs: int32.default(0),
    errorCode: int16,
    errorMessage: string.nullable(),
    /** null on an error. */
    entries: array({
      entity: array({
        entityType: string,
        /** null: the default of its type. */
        entityName: string.nullable(),
      }),
      values: array({
        /** As `producer_byte_rate`. */
        key: string,
        value: float64,
      }),
    }).nullable(),
  },
});
export type DescribeClientQuotasRequest = Request<typeof DescribeClientQuotas>;
export type DescribeClientQuotasResponse = ResponseDraft<typeof DescribeClientQuotas>;
