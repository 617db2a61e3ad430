// Sets and removes quotas of client entities (KIP-546); admin clients send it to any broker, which
// forwards it to the controller, or to the controller itself.

import {
  api,
  array,
  boolean,
  float64,
  int16,
  int32,
  type Request,
  type ResponseDraft,
  string,
} from "../schema/mod.ts";

export const AlterClientQuotas = api({
  key: 49,
  name: "AlterClientQuotas",
  versions: [0, 1],
  flexibleSince: 1,
  request: {
    entries: array({
      entity: array({
        /** `user`, `client-id` or `ip`. */
        entityType: string,
        /** null: the default of its type. */
        entityName: string.nullable(),
      }),
      ops: array({
        /** As `producer_byte_rate`. */
        key: string,
        /** Means nothing if `remove`. */
        value: float64,
        remove: boolean,
      }),
    }),
    /** Checks everything and changes nothing. */
    validateOnly: boolean,
  },
  response: {
    throttleTimeMs: int32.default(0),
    /** One per entity of the request. */
    entries: array({
      errorCode: int16,
      errorMessage: string.nullable(),
      entity: array({ entityType: string, entityName: string.nullable() }),
    }),
  },
});
export type AlterClientQuotasRequest = Request<typeof AlterClientQuotas>;
export type AlterClientQuotasResponse = ResponseDraft<typeof AlterClientQuotas>;
