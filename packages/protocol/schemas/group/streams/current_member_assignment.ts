// The tasks that a member of a streams group holds, on its way to the target.

import { array, int32, int8, type MessageOf, string } from "../../../schema/mod.ts";
import { coordinatorRecord } from "../../coordinator.ts";

const taskIds = {
  subtopologyId: string,
  partitions: array(int32),
  /**
   * Of each partition the member epoch that it came with, to fence late commits; active tasks only,
   * null: not told. The default is an empty list, as Kafka has it.
   */
  assignmentEpochs: array(int32).nullable().tag(0),
};

export const StreamsGroupCurrentMemberAssignment = coordinatorRecord({
  type: 22,
  name: "StreamsGroupCurrentMemberAssignment",
  key: { groupId: string, memberId: string },
  value: {
    versions: [0, 0],
    flexibleSince: 0,
    fields: {
      /** The group epoch that the member has reached. */
      memberEpoch: int32,
      /** Taken from the member as well: the answer with the newer one may have been lost. */
      previousMemberEpoch: int32,
      /** 0: stable; 1: must give tasks up; 2: waits for what others still hold. */
      state: int8,
      activeTasks: array(taskIds),
      standbyTasks: array(taskIds),
      warmupTasks: array(taskIds),
      activeTasksPendingRevocation: array(taskIds),
      standbyTasksPendingRevocation: array(taskIds),
      warmupTasksPendingRevocation: array(taskIds),
    },
  },
});
export type StreamsGroupCurrentMemberAssignmentKey = MessageOf<
  typeof StreamsGroupCurrentMemberAssignment.key
>;
export type StreamsGroupCurrentMemberAssignmentValue = MessageOf<
  typeof StreamsGroupCurrentMemberAssignment.value
>;
