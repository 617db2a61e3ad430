// A streams group (KIP-1071) and its epoch.

import { array, int32, int64, type MessageOf, string } from "../../../schema/mod.ts";
import { coordinatorRecord } from "../../coordinator.ts";

export const StreamsGroupMetadata = coordinatorRecord({
  type: 17,
  name: "StreamsGroupMetadata",
  key: { groupId: string },
  value: {
    versions: [0, 0],
    flexibleSince: 0,
    fields: {
      /** Grows with each change that asks for a new assignment. */
      epoch: int32,
      /** Of the topics of the topology, their partitions and racks; 0: not known. */
      metadataHash: int64,
      /** Of the topology whose topics were found to be in order; -1: none. */
      validatedTopologyEpoch: int32.default(-1).tag(0),
      /** Of the last assignment; null: not told. The default is an empty list, as Kafka has it. */
      lastAssignmentConfigs: array({ key: string, value: string }).nullable().tag(1),
      /**
       * Of the topology description that is stored (KIP-1331); -1: none; -2: storing or deleting
       * one was cut short.
       */
      storedDescriptionTopologyEpoch: int32.default(-1).tag(2),
      /** Of the description that was refused for good, and is not asked for again; -1: none. */
      failedDescriptionTopologyEpoch: int32.default(-1).tag(3),
    },
  },
});
export type StreamsGroupMetadataKey = MessageOf<typeof StreamsGroupMetadata.key>;
export type StreamsGroupMetadataValue = MessageOf<typeof StreamsGroupMetadata.value>;
