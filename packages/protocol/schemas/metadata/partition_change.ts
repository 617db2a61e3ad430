// Some of a partition's state changes: what the record leaves out, and null, stays. Each one raises
// the partition epoch by one.

import { array, int32, int8, type MessageOf, uuid } from "../../schema/mod.ts";
import { metadataRecord } from "./record.ts";

export const PartitionChangeRecord = metadataRecord({
  key: 5,
  name: "PartitionChangeRecord",
  versions: [0, 2],
  fields: {
    partitionId: int32.default(-1),
    topicId: uuid,
    isr: array(int32).nullable().default(null).tag(0),
    /**
     * -1: none from here on; -2: stays. Anything but -2 raises the leader epoch, the same leader
     * again included.
     */
    leader: int32.default(-2).tag(1),
    replicas: array(int32).nullable().default(null).tag(2),
    removingReplicas: array(int32).nullable().default(null).tag(3),
    addingReplicas: array(int32).nullable().default(null).tag(4),
    /** 0: recovered; 1: recovering from an unclean election; -1: stays. */
    leaderRecoveryState: int8.default(-1).tag(5),
    directories: array(uuid).since(1).nullable().default(null).tag(8),
    eligibleLeaderReplicas: array(int32).since(2).nullable().default(null).tag(6),
    lastKnownElr: array(int32).since(2).nullable().default(null).tag(7),
  },
});
export type PartitionChangeRecord = MessageOf<typeof PartitionChangeRecord>;
