// One configuration key of a resource is set or deleted.

import { int8, type MessageOf, string } from "../../schema/mod.ts";
import { metadataRecord } from "./record.ts";

export const ConfigRecord = metadataRecord({
  key: 4,
  name: "ConfigRecord",
  versions: [0, 0],
  fields: {
    /** As in DescribeConfigs: 2: topic, 4: broker, 16: client metrics, 32: group. */
    resourceType: int8,
    /** Empty with type broker: the cluster-wide default. */
    resourceName: string,
    name: string,
    /** null: deleted. */
    value: string.nullable(),
  },
});
export type ConfigRecord = MessageOf<typeof ConfigRecord>;
