// The group epoch that the target assignment of a consumer group was made for.

import { int32, int64, type MessageOf, string } from "../../../schema/mod.ts";
import { coordinatorRecord } from "../../coordinator.ts";

export const ConsumerGroupTargetAssignmentMetadata = coordinatorRecord({
  type: 6,
  name: "ConsumerGroupTargetAssignmentMetadata",
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
export type ConsumerGroupTargetAssignmentMetadataKey = MessageOf<
  typeof ConsumerGroupTargetAssignmentMetadata.key
>;
export type ConsumerGroupTargetAssignmentMetadataValue = MessageOf<
  typeof ConsumerGroupTargetAssignmentMetadata.value
>;
