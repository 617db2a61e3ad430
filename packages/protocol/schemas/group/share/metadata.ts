// A share group (KIP-932) and its epoch.

import { int32, int64, type MessageOf, string } from "../../../schema/mod.ts";
import { coordinatorRecord } from "../../coordinator.ts";

export const ShareGroupMetadata = coordinatorRecord({
  type: 11,
  name: "ShareGroupMetadata",
  key: { groupId: string },
  value: {
    versions: [0, 0],
    flexibleSince: 0,
    fields: {
      /** Grows with each change that asks for a new assignment. */
      epoch: int32,
      /** Of the subscribed topics, their partitions and racks; 0: not known. */
      metadataHash: int64,
    },
  },
});
export type ShareGroupMetadataKey = MessageOf<typeof ShareGroupMetadata.key>;
export type ShareGroupMetadataValue = MessageOf<typeof ShareGroupMetadata.value>;
