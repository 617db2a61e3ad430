// What a member of a share group is to hold.

import { array, int32, type MessageOf, string, uuid } from "../../../schema/mod.ts";
import { coordinatorRecord } from "../../coordinator.ts";

export const ShareGroupTargetAssignmentMember = coordinatorRecord({
  type: 13,
  name: "ShareGroupTargetAssignmentMember",
  key: { groupId: string, memberId: string },
  value: {
    versions: [0, 0],
    flexibleSince: 0,
    fields: {
      topicPartitions: array({ topicId: uuid, partitions: array(int32) }),
    },
  },
});
export type ShareGroupTargetAssignmentMemberKey = MessageOf<
  typeof ShareGroupTargetAssignmentMember.key
>;
export type ShareGroupTargetAssignmentMemberValue = MessageOf<
  typeof ShareGroupTargetAssignmentMember.value
>;
