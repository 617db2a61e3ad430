// What a node is in its epoch, and what it remembers only for as long as it is that. How it
// behaves stands in the role's own file.
//
//   (start) ──▶ unattached ──▶ prospective ──▶ candidate ──▶ leader ──▶ resigned
//                 ▲   ▲  election   ▲ majority    │ majority    gives up    │
//                 │   │  timeout    │ of pre-votes│ of votes                │
//                 │   └─── lost ────┤◀─── lost ───┘                         │
//                 │                 │ leader not heard                      │
//                 │              follower ◀── a leader is known (from any)  │
//                 └──── a higher epoch (from any), election timeout ────────┘

import type { Epoch, NodeId, Offset } from "@odradek/base";
import type { Ask, Asks } from "../asks.ts";
import type { LogPrefix } from "../log_view.ts";
import type { FetchRequest } from "../messages.ts";
import type { ReplicaKey } from "../voters.ts";

/** Follows nobody, and asks around who leads. The first role of every life. */
export interface Unattached {
  readonly name: "unattached";
  /** When it campaigns, in monotonic ms; undefined: it has no vote, or has not begun to wait. */
  readonly electionAtMs: number | undefined;
  /** Of one Fetch, to whoever may know the leader. */
  readonly asks: Asks;
}

/** What a campaign has come to. */
export interface Campaign {
  /** The voters that would vote, or have voted, for this node. */
  readonly granted: ReadonlySet<NodeId>;
  readonly rejected: ReadonlySet<NodeId>;
  readonly asks: Asks;
  /** When it is lost by the time, in monotonic ms. */
  readonly electionAtMs: number;
}

/**
 * Asks whether it would be elected, before it disturbs the others with a new epoch (KIP-996). The
 * leader that it had is still known: it goes back to it if it would not.
 */
export interface Prospective extends Campaign {
  readonly name: "prospective";
}

export interface Candidate extends Campaign {
  readonly name: "candidate";
  /** The election is lost: when the next campaign begins, in monotonic ms. */
  readonly backoffUntilMs: number | undefined;
}

/** Fetches from the leader of its epoch. */
export interface Follower {
  readonly name: "follower";
  /** When it campaigns if its leader is not heard, in monotonic ms. */
  readonly campaignAtMs: number;
  /** The leader has answered, and nothing has said since that it is gone. */
  readonly isHeard: boolean;
  /** The one Fetch, or FetchSnapshot, to the leader; undefined: what came is not durable yet. */
  readonly fetch: Ask | undefined;
  /** As the leader has told. */
  readonly leaderHighWatermark: Offset;
  /** What is fetched instead of records, and how much of it is stored. */
  readonly download: Download | undefined;
}

export interface Download {
  readonly snapshot: LogPrefix;
  /** In bytes. */
  readonly position: number;
  /** It is whole, and looked at. */
  readonly isInstalling: boolean;
}

/** How far another replica is, as its last Fetch has told; also of observers. */
export interface Progress {
  readonly replica: ReplicaKey;
  /** Below it everything is durable there. */
  readonly endOffset: Offset;
  /** In monotonic ms. */
  readonly fetchedAtMs: number;
  /** When it last had everything that the leader had, in monotonic ms. */
  readonly caughtUpAtMs: number | undefined;
  /** Of the leader, when it asked last. */
  readonly leaderEndOffset: Offset;
}

/** A Fetch that waits for something new. */
export interface Waiting {
  readonly token: number;
  readonly request: FetchRequest;
  readonly untilMs: number;
}

export interface Leader {
  readonly name: "leader";
  readonly sinceMs: number;
  /** Of the LEADER_CHANGE record. Once the high watermark is above, this leader may act. */
  readonly epochStartOffset: Offset;
  /** By `replicaText`; without the leader itself. */
  readonly progress: ReadonlyMap<string, Progress>;
  readonly waiting: readonly Waiting[];
  /** To voters that have not fetched for a while: that somebody leads. */
  readonly asks: Asks;
}

/** Led this epoch and gave up; neither leads nor votes in it any more. */
export interface Resigned {
  readonly name: "resigned";
  /** When it stops to wait for a successor, in monotonic ms. */
  readonly electionAtMs: number;
  readonly successors: readonly ReplicaKey[];
  /** To voters that have not heard of it. */
  readonly asks: Asks;
}

export type Role = Unattached | Prospective | Candidate | Follower | Leader | Resigned;
export type RoleName = Role["name"];

/** A role's decision that the node takes another one; that role's `enter…` carries it out. */
export type Transition =
  | { readonly to: "prospective" | "candidate" | "leader" }
  | { readonly to: "unattached"; readonly epoch: Epoch }
  | { readonly to: "follower"; readonly epoch: Epoch; readonly leaderId: NodeId }
  | { readonly to: "resigned"; readonly successors: readonly ReplicaKey[] };
