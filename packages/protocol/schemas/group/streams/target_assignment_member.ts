// The tasks that a member of a streams group is to hold in the end.

import { array, int32, type MessageOf, string } from "../../../schema/mod.ts";
import { coordinatorRecord } from "../../coordinator.ts";

const taskIds = {
  subtopologyId: string,
  partitions: array(int32),
};

export const StreamsGroupTargetAssignmentMember = coordinatorRecord({
  type: 21,
  name: "StreamsGroupTargetAssignmentMember",
  key: { groupId: string, memberId: string },
  value: {
    versions: [0, 0],
    flexibleSince: 0,
    fields: {
      activeTasks: array(taskIds),
      standbyTasks: array(taskIds),
      warmupTasks: array(taskIds),
    },
  },
});
export type StreamsGroupTargetAssignmentMemberKey = MessageOf<
  typeof StreamsGroupTargetAssignmentMember.key
>;
export type StreamsGroupTargetAssignmentMemberValue = MessageOf<
  typeof StreamsGroupTargetAssignmentMember.value
>;
