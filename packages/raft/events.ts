// What the driver tells the core, one at a time, through `Raft.step`.

import type { NodeId, Offset } from "@odradek/base";
import type { LogPrefix } from "./log_view.ts";
import type { RaftRequest, RaftResponse } from "./messages.ts";
import type { ReplicaKey, Voter, VoterSet } from "./voters.ts";

/** The first step of a life, and one whenever the time of the last `wakeAt` has come. */
export interface Elapsed {
  readonly type: "elapsed";
}

/**
 * The driver is about to append records of this epoch up to this end. It asks first and appends
 * after: if the answer holds `refuse`, nothing was written that would have to go again.
 */
export interface Proposed extends LogPrefix {
  readonly type: "proposed";
}

/**
 * Everything below `endOffset` survives the end of the machine. The epoch of the last record below
 * it is part of the message, because an end alone can come to mean other records:
 * 1. A leader of epoch 1 has appended up to 10; a sync is under way.
 * 2. It learns of epoch 2, truncates to 5, and takes records of epoch 2 up to 10.
 * 3. The sync of step 1 ends: "durable up to 10" is true of records that are gone.
 * Such a message is ignored.
 */
export interface Written extends LogPrefix {
  readonly type: "written";
}

/** Another replica asks; the core replies under this token, at once or later. */
export interface Asked {
  readonly type: "asked";
  readonly token: number;
  readonly request: RaftRequest;
}

/** The answer to a `send` of this core. With records, the driver holds them until the step ends. */
export interface Answered {
  readonly type: "answered";
  readonly from: NodeId;
  readonly correlation: number;
  readonly response: RaftResponse;
}

/**
 * There will be no answer to a `send`: the connection was refused or broke, or the request has
 * timed out. `isGone`: it was refused or broke, which is news of the node (a process that ended).
 */
export interface Unanswered {
  readonly type: "unanswered";
  readonly from: NodeId;
  readonly correlation: number;
  readonly isGone: boolean;
}

/** The snapshot that `installSnapshot` told of is in place, or (undefined) was found damaged. */
export interface SnapshotInstalled {
  readonly type: "snapshotInstalled";
  readonly snapshot: LogPrefix | undefined;
  /** Who votes according to it; undefined: it does not say. */
  readonly voters: VoterSet | undefined;
}

/** A snapshot of this node's own is on the disk, and its log may begin later than before. */
export interface SnapshotTaken {
  readonly type: "snapshotTaken";
  readonly snapshot: LogPrefix;
  readonly logStartOffset: Offset;
}

/** An operator adds or removes a voter, or a voter has new endpoints (KIP-853). */
export interface VoterChange {
  readonly type: "voterChange";
  readonly token: number;
  readonly change:
    | { readonly kind: "add" | "update"; readonly voter: Voter }
    | { readonly kind: "remove"; readonly voter: ReplicaKey };
}

/** The node stops in order: it gives up its epoch, if it leads one (KIP-595, EndQuorumEpoch). */
export interface Resign {
  readonly type: "resign";
}

export type Event =
  | Elapsed
  | Proposed
  | Written
  | Asked
  | Answered
  | Unanswered
  | SnapshotInstalled
  | SnapshotTaken
  | VoterChange
  | Resign;
