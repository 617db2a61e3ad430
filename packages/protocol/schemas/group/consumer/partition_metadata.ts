// The topics that a consumer group subscribed to, as Kafka kept them before 4.1 (KIP-1101): read
// only, and removed by a tombstone when the group changes.

import { array, int32, type MessageOf, string, uuid } from "../../../schema/mod.ts";
import { coordinatorRecord } from "../../coordinator.ts";

export const ConsumerGroupPartitionMetadata = coordinatorRecord({
  type: 4,
  name: "ConsumerGroupPartitionMetadata",
  key: { groupId: string },
  value: {
    versions: [0, 0],
    flexibleSince: 0,
    fields: {
      topics: array({
        topicId: uuid,
        topicName: string,
        numPartitions: int32,
        /** Racks of the replicas; empty if none has any, and since 4.0. */
        partitionMetadata: array({ partition: int32, racks: array(string) }),
      }),
    },
  },
});
export type ConsumerGroupPartitionMetadataKey = MessageOf<
  typeof ConsumerGroupPartitionMetadata.key
>;
export type ConsumerGroupPartitionMetadataValue = MessageOf<
  typeof ConsumerGroupPartitionMetadata.value
>;
