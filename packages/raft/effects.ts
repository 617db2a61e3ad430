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
// Nothing needs to wait for a write but what follows it in the list: a follower's Fetch says what
// is durable, and leaves once `written` has told so.

import type { Epoch, NodeId, Offset } from "@odradek/base";
import type { LogPrefix } from "./log_view.ts";
import type { RaftRequest, RaftResponse } from "./messages.ts";
import type { QuorumState } from "./quorum_state.ts";
import type { RoleName } from "./roles/role.ts";
import type { ReplicaKey, VoterSet } from "./voters.ts";

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
  /**
   * Written in the same batch, with the kraft.version before them: voters that only the first
   * snapshot of each voter knows so far. Whoever has no such snapshot learns of them by this.
   */
  readonly firstVoters?: VoterSet;
}

/** Append a VOTERS control record (KIP-853). */
export interface AppendVoters {
  readonly type: "append";
  readonly kind: "voters";
  readonly baseOffset: Offset;
  readonly epoch: Epoch;
  readonly voters: VoterSet;
}

/** Append the records that came with the answer of this step, as they are. */
export interface AppendFetched {
  readonly type: "append";
  readonly kind: "fetched";
  readonly endOffset: Offset;
}

/** Remove all records from this offset on: another leader has others there. */
export interface TruncateTo {
  readonly type: "truncateTo";
  readonly endOffset: Offset;
}

/** Write the slice that came with the answer of this step into the snapshot that is fetched. */
export interface StoreSlice {
  readonly type: "storeSlice";
  readonly snapshot: LogPrefix;
  /** In bytes. 0: begin anew. */
  readonly position: number;
}

/** The snapshot is whole: check it, put it in its place, and tell by `snapshotInstalled`. */
export interface InstallSnapshot {
  readonly type: "installSnapshot";
  readonly snapshot: LogPrefix;
}

/** The log begins anew, empty, behind this snapshot, which is committed. */
export interface ResetTo {
  readonly type: "resetTo";
  readonly snapshot: LogPrefix;
}

/**
 * Ask another replica; what becomes of it is told by `answered` or `unanswered`. `to` is `NO_NODE`
 * for whoever is configured to be asked first (`controller.quorum.bootstrap.servers`).
 */
export interface Send {
  readonly type: "send";
  readonly to: NodeId;
  readonly correlation: number;
  readonly request: RaftRequest;
}

/** Answer what was `asked` under this token. */
export interface Reply {
  readonly type: "reply";
  readonly token: number;
  readonly response: RaftResponse;
}

/** Names of Kafka's error codes. */
export type VoterChangeError =
  | "NOT_LEADER_OR_FOLLOWER"
  | "REQUEST_TIMED_OUT"
  | "DUPLICATE_VOTER"
  | "VOTER_NOT_FOUND"
  | "INVALID_REQUEST";

/** The voters change once everything below `endOffset` is committed; or they do not. */
export interface VotersChanged {
  readonly type: "votersChanged";
  readonly token: number;
  readonly outcome:
    | { readonly endOffset: Offset }
    | { readonly refused: VoterChangeError };
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

export type Append = AppendLeaderChange | AppendVoters | AppendFetched;

export type Effect =
  | Persist
  | Append
  | TruncateTo
  | StoreSlice
  | InstallSnapshot
  | ResetTo
  | Send
  | Reply
  | VotersChanged
  | CommitTo
  | Became
  | Refuse
  | WakeAt;

/** In the order in which they must be carried out. */
export type Effects = readonly Effect[];
