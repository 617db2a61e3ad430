// One quota of a client entity is set or removed.

import { array, boolean, float64, type MessageOf, string } from "../../schema/mod.ts";
import { metadataRecord } from "./record.ts";

export const ClientQuotaRecord = metadataRecord({
  key: 14,
  name: "ClientQuotaRecord",
  versions: [0, 0],
  fields: {
    /** Of types `user`, `client-id` and `ip`. */
    entity: array({
      entityType: string,
      /** null: the default of its type. */
      entityName: string.nullable(),
    }),
    /** As `producer_byte_rate`. */
    key: string,
    /** Means nothing if `remove`. */
    value: float64,
    remove: boolean,
  },
});
export type ClientQuotaRecord = MessageOf<typeof ClientQuotaRecord>;
