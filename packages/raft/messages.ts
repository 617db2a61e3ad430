// What the replicas of the quorum say to each other, as values: Kafka's RPCs (KIP-595, 630, 996)
// without their wire form, and without records, which travel beside. Whoever asks is answered once.

import type { Epoch, NodeId, Offset } from "@odradek/base";
import type { LogPrefix } from "./log_view.ts";
import type { ReplicaKey } from "./voters.ts";
import type { VotersAt } from "./voter_history.ts";

/** "Would you vote", or "vote for me", in this epoch (KIP-595 Vote, KIP-996). */
export interface VoteRequest {
  readonly type: "vote";
  readonly isPreVote: boolean;
  /** Of the vote; a pre-vote names the epoch that the asking node is in. */
  readonly epoch: Epoch;
  readonly candidate: ReplicaKey;
  /** Whom it is meant for, as far as the candidate knows. */
  readonly voter: ReplicaKey;
  /** The candidate's log: who has less must not win (Raft §5.4.1). */
  readonly log: LogPrefix;
}

/** "I lead this epoch": to voters that have not fetched from their new leader yet. */
export interface BeginQuorumEpochRequest {
  readonly type: "beginQuorumEpoch";
  readonly epoch: Epoch;
  readonly leaderId: NodeId;
  readonly voter: ReplicaKey;
}

/** "I lead no more": whom the leader would have as successor, the best first. */
export interface EndQuorumEpochRequest {
  readonly type: "endQuorumEpoch";
  readonly epoch: Epoch;
  readonly leaderId: NodeId;
  readonly successors: readonly ReplicaKey[];
}

/** Everything below `fetchOffset` is durable here; what comes next? */
export interface FetchRequest {
  readonly type: "fetch";
  readonly epoch: Epoch;
  readonly replica: ReplicaKey;
  readonly fetchOffset: Offset;
  /** Of the last record below the offset; 0: there is none. */
  readonly lastFetchedEpoch: Epoch;
  /** The sender's (KIP-1166): a leader that knows more answers at once. Undefined: not told. */
  readonly highWatermark: Offset | undefined;
  readonly maxWaitMs: number;
}

/** A part of a snapshot, from a position in bytes (KIP-630). */
export interface FetchSnapshotRequest {
  readonly type: "fetchSnapshot";
  readonly epoch: Epoch;
  readonly replica: ReplicaKey;
  readonly snapshot: LogPrefix;
  readonly position: number;
}

export type RaftRequest =
  | VoteRequest
  | BeginQuorumEpochRequest
  | EndQuorumEpochRequest
  | FetchRequest
  | FetchSnapshotRequest;

/** Names of Kafka's error codes. */
export type RaftError =
  | "FENCED_LEADER_EPOCH"
  | "UNKNOWN_LEADER_EPOCH"
  | "NOT_LEADER_OR_FOLLOWER"
  | "INVALID_VOTER_KEY"
  | "INVALID_REQUEST"
  | "SNAPSHOT_NOT_FOUND"
  | "POSITION_OUT_OF_RANGE";

/** Every answer says what its sender knows of the epoch, also a refusal. */
interface Answer {
  readonly epoch: Epoch;
  /** `NO_NODE`: not known. */
  readonly leaderId: NodeId;
  readonly refused?: RaftError | undefined;
}

export interface VoteResponse extends Answer {
  readonly type: "vote";
  readonly granted: boolean;
}

export interface BeginQuorumEpochResponse extends Answer {
  readonly type: "beginQuorumEpoch";
}

export interface EndQuorumEpochResponse extends Answer {
  readonly type: "endQuorumEpoch";
}

export interface FetchResponse extends Answer {
  readonly type: "fetch";
  readonly highWatermark: Offset;
  readonly result: FetchResult | undefined;
}

export type FetchResult =
  /** Where the leader's log goes apart from the sender's: the sender cuts back (KIP-595). */
  | { readonly is: "diverging"; readonly prefix: LogPrefix }
  /** What follows is gone from the leader's log: the sender begins with this. */
  | { readonly is: "snapshot"; readonly snapshot: LogPrefix }
  /** To send: the driver reads from `from` at most up to `upTo`, whole batches, maybe none. */
  | { readonly is: "available"; readonly from: Offset; readonly upTo: Offset }
  /** Received: what the batches that came along are, as ends of epochs, ascending; maybe none. */
  | {
    readonly is: "records";
    readonly prefixes: readonly LogPrefix[];
    /** Records among them that say who votes. */
    readonly voters: readonly VotersAt[];
  };

export interface FetchSnapshotResponse extends Answer {
  readonly type: "fetchSnapshot";
  /** Of the whole snapshot, in bytes. 0 in a refusal. */
  readonly size: number;
  /** Of the slice that came along, in bytes. */
  readonly length: number;
}

export type RaftResponse =
  | VoteResponse
  | BeginQuorumEpochResponse
  | EndQuorumEpochResponse
  | FetchResponse
  | FetchSnapshotResponse;
