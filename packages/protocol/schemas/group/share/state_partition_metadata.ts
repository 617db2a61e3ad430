// For which partitions a share group has state at the share coordinators.

import { array, int32, type MessageOf, string, uuid } from "../../../schema/mod.ts";
import { coordinatorRecord } from "../../coordinator.ts";

const topicPartitions = {
  topicId: uuid,
  topicName: string,
  partitions: array(int32),
};

export const ShareGroupStatePartitionMetadata = coordinatorRecord({
  type: 15,
  name: "ShareGroupStatePartitionMetadata",
  key: { groupId: string },
  value: {
    versions: [0, 0],
    flexibleSince: 0,
    fields: {
      /** Under way, as `deletingTopics`. */
      initializingTopics: array(topicPartitions),
      initializedTopics: array(topicPartitions),
      deletingTopics: array({ topicId: uuid, topicName: string }),
    },
  },
});
export type ShareGroupStatePartitionMetadataKey = MessageOf<
  typeof ShareGroupStatePartitionMetadata.key
>;
export type ShareGroupStatePartitionMetadataValue = MessageOf<
  typeof ShareGroupStatePartitionMetadata.value
>;
