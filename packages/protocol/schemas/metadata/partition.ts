// A partition exists from here on; in snapshots its whole state.

import { array, int32, int8, type MessageOf, uuid } from "../../schema/mod.ts";
import { metadataRecord } from "./record.ts";

export const PartitionRecord = metadataRecord({
  key: 3,
  name: "PartitionRecord",
  versions: [0, 2],
  fields: {
    partitionId: int32.default(-1),
    topicId: uuid,
    /** The first is the preferred leader. */
    replicas: array(int32),
    isr: array(int32),
    /** Of a reassignment that is under way, as the adding ones. */
    removingReplicas: array(int32),
    addingReplicas: array(int32),
    /** -1: none. */
    leader: int32.default(-1),
    /** 1: since an unclean election the leader has not recovered; 0: it has (KIP-704). */
    leaderRecoveryState: int8.default(0).tag(0),
    leaderEpoch: int32.default(-1),
    /** Grows by one with each change of the partition. */
    partitionEpoch: int32.default(-1),
    /** Ids, in the order of the replicas (KIP-858). */
    directories: array(uuid).since(1),
    /** Not in sync, but with everything that was committed (KIP-966); null: none. */
    eligibleLeaderReplicas: array(int32).since(2).nullable().default(null).tag(1),
    /** The last in-sync replica, if all are gone; null: none. */
    lastKnownElr: array(int32).since(2).nullable().default(null).tag(2),
  },
});
export type PartitionRecord = MessageOf<typeof PartitionRecord>;
