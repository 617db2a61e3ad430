// What the core asks its driver to do. The driver carries out the effects of a step in the order of
// the list, each to its end, and all of them before those of the next step. Only `append` is done
// once the records are in the file; that they are on the disk comes later as the event `written`.
//
// `persist` is always first, and done only when it is on the disk. Otherwise:
// 1. Node 1 campaigns in epoch 5, votes for itself and appends the first record of epoch 5.
// 2. Power fails before `quorum-state` is on the disk, and takes that record along.
// 3. Node 1 starts in epoch 4, campaigns in epoch 5 again, and writes another record at the same
//    offset and epoch; or it votes for node 2 in epoch 5. Log matching (Raft §5.3) is broken, or
//    epoch 5 has two leaders.
//
// `append` comes before the `became` of the leader, because that one lets the driver propose:
// records written before the leader's first would lie at its offset.
//
// Free names for what several voters will need: sendNow, sendAfterWrite, truncateTo, resetTo,
// fetchSnapshot.

import type { Epoch, NodeId, Offset } from "@odradek/base";
import type { QuorumState } from "./quorum_state.ts";
import type { RoleName } from "./roles/role.ts";
import type { ReplicaKey } from "./voters.ts";

/**
 * Replace the content of `quorum-state` by this, and sync it. At most one per step: it says what
 * holds after the whole step.
 */
export interface Persist extends QuorumState {
  readonly type: "persist";
}

/** Append a LEADER_CHANGE control record: the first of a leader's epoch (KIP-595). */
export interface AppendLeaderChange {
  readonly type: "append";
  readonly kind: "leader change";
  readonly baseOffset: Offset;
  readonly epoch: Epoch;
  readonly leaderId: NodeId;
  readonly voters: readonly ReplicaKey[];
  /** The voters that elected this leader. */
  readonly grantingVoters: readonly ReplicaKey[];
}

/** The high watermark: everything below is committed, may be applied, and will never change. */
export interface CommitTo {
  readonly type: "commitTo";
  readonly offset: Offset;
}

/** This node has another role, or the same in another epoch. */
export interface Became {
  readonly type: "became";
  readonly role: RoleName;
  readonly epoch: Epoch;
}

/** The records just proposed must not be appended: this node does not lead that epoch. */
export interface Refuse {
  readonly type: "refuse";
  readonly refused: "NOT_CONTROLLER";
}

/**
 * Step with `elapsed` when the monotonic clock reaches `ms`. Takes the place of the one before.
 * An `elapsed` that comes without need does no harm. At most one per step, the last.
 */
export interface WakeAt {
  readonly type: "wakeAt";
  readonly ms: number;
}

export type Effect = Persist | AppendLeaderChange | CommitTo | Became | Refuse | WakeAt;

/** In the order in which they must be carried out. */
export type Effects = readonly Effect[];
