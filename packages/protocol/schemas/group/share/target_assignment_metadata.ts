// The group epoch that the target assignment of a share group was made for.

import { int32, int64, type MessageOf, string } from "../../../schema/mod.ts";
import { coordinatorRecord } from "../../coordinator.ts";

export const ShareGroupTargetAssignmentMetadata = coordinatorRecord({
  type: 12,
  name: "ShareGroupTargetAssignmentMetadata",
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
export type ShareGroupTargetAssignmentMetadataKey = MessageOf<
  typeof ShareGroupTargetAssignmentMetadata.key
>;
export type ShareGroupTargetAssignmentMetadataValue = MessageOf<
  typeof ShareGroupTargetAssignmentMetadata.value
>;
