// What a member of a consumer group is to hold in the end.

import { array, int32, type MessageOf, string, uuid } from "../../../schema/mod.ts";
import { coordinatorRecord } from "../../coordinator.ts";

export const ConsumerGroupTargetAssignmentMember = coordinatorRecord({
  type: 7,
  name: "ConsumerGroupTargetAssignmentMember",
  key: { groupId: string, memberId: string },
  value: {
    versions: [0, 0],
    flexibleSince: 0,
    fields: {
      topicPartitions: array({ topicId: uuid, partitions: array(int32) }),
    },
  },
});
export type ConsumerGroupTargetAssignmentMemberKey = MessageOf<
  typeof ConsumerGroupTargetAssignmentMember.key
>;
export type ConsumerGroupTargetAssignmentMemberValue = MessageOf<
  typeof ConsumerGroupTargetAssignmentMember.value
>;
