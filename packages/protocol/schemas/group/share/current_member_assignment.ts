// What a member of a share group holds.

import { array, int32, int8, type MessageOf, string, uuid } from "../../../schema/mod.ts";
import { coordinatorRecord } from "../../coordinator.ts";

export const ShareGroupCurrentMemberAssignment = coordinatorRecord({
  type: 14,
  name: "ShareGroupCurrentMemberAssignment",
  key: { groupId: string, memberId: string },
  value: {
    versions: [0, 0],
    flexibleSince: 0,
    fields: {
      /** The group epoch that the member has reached. */
      memberEpoch: int32,
      /** Taken from the member as well: the answer with the newer one may have been lost. */
      previousMemberEpoch: int32,
      /** 0: stable. */
      state: int8,
      assignedPartitions: array({ topicId: uuid, partitions: array(int32) }),
    },
  },
});
export type ShareGroupCurrentMemberAssignmentKey = MessageOf<
  typeof ShareGroupCurrentMemberAssignment.key
>;
export type ShareGroupCurrentMemberAssignmentValue = MessageOf<
  typeof ShareGroupCurrentMemberAssignment.value
>;
