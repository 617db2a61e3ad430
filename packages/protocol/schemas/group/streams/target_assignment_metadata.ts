// The group epoch that the target assignment of a streams group was made for.

import { int32, int64, type MessageOf, string } from "../../../schema/mod.ts";
import { coordinatorRecord } from "../../coordinator.ts";

export const StreamsGroupTargetAssignmentMetadata = coordinatorRecord({
  type: 20,
  name: "StreamsGroupTargetAssignmentMetadata",
  key: { groupId: string },
  value: {
    versions: [0, 0],
    flexibleSince: 0,
    fields: {
      assignmentEpoch: int32,
      /** Wall clock in ms, when it was done (KIP-1263); 0: not told. */
      assignmentTimestamp: int64.default(0n).tag(0).ignorable(),
    },
  },
});
export type StreamsGroupTargetAssignmentMetadataKey = MessageOf<
  typeof StreamsGroupTargetAssignmentMetadata.key
>;
export type StreamsGroupTargetAssignmentMetadataValue = MessageOf<
  typeof StreamsGroupTargetAssignmentMetadata.value
>;
