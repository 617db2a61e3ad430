// What a member of a consumer group holds, on its way to the target.

import { array, int32, int8, type MessageOf, string, uuid } from "../../../schema/mod.ts";
import { coordinatorRecord } from "../../coordinator.ts";

const topicPartitions = {
  topicId: uuid,
  partitions: array(int32),
  /**
   * Of each partition the member epoch that it came with, to fence late commits; null: not told.
   * The default is an empty list, as Kafka has it.
   */
  assignmentEpochs: array(int32).nullable().tag(0),
};

export const ConsumerGroupCurrentMemberAssignment = coordinatorRecord({
  type: 8,
  name: "ConsumerGroupCurrentMemberAssignment",
  key: { groupId: string, memberId: string },
  value: {
    versions: [0, 0],
    flexibleSince: 0,
    fields: {
      /** The group epoch that the member has reached. */
      memberEpoch: int32,
      /** Taken from the member as well: the answer with the newer one may have been lost. */
      previousMemberEpoch: int32,
      /** 0: stable; 1: must give partitions up; 2: waits for what others still hold. */
      state: int8,
      assignedPartitions: array(topicPartitions),
      partitionsPendingRevocation: array(topicPartitions),
    },
  },
});
export type ConsumerGroupCurrentMemberAssignmentKey = MessageOf<
  typeof ConsumerGroupCurrentMemberAssignment.key
>;
export type ConsumerGroupCurrentMemberAssignmentValue = MessageOf<
  typeof ConsumerGroupCurrentMemberAssignment.value
>;
