// A consumer group (KIP-848) and its epoch.

import { int32, int64, type MessageOf, string } from "../../../schema/mod.ts";
import { coordinatorRecord } from "../../coordinator.ts";

export const ConsumerGroupMetadata = coordinatorRecord({
  type: 3,
  name: "ConsumerGroupMetadata",
  key: { groupId: string },
  value: {
    versions: [0, 0],
    flexibleSince: 0,
    fields: {
      /** Grows with each change that asks for a new assignment. */
      epoch: int32,
      /** Of the subscribed topics, their partitions and racks (KIP-1101); 0: not known. */
      metadataHash: int64.default(0n).tag(0),
    },
  },
});
export type ConsumerGroupMetadataKey = MessageOf<typeof ConsumerGroupMetadata.key>;
export type ConsumerGroupMetadataValue = MessageOf<typeof ConsumerGroupMetadata.value>;
