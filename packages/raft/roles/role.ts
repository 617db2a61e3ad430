// What a node is in its epoch, and what it remembers only for as long as it is that. How it
// behaves stands in the role's own file.
//
//                      ┌────────────────── election timeout ───────────────────┐
//                      ▼                                                       │
//   (start) ──▶ unattached ──▶ prospective ──▶ candidate ──▶ leader ──▶ resigned
//                    only voter   pre-votes      votes        resign

import type { NodeId, Offset } from "@odradek/base";

/** Follows nobody. The first role of every life. */
export interface Unattached {
  readonly name: "unattached";
}

/** Asks whether it would be elected, before it disturbs the others with a new epoch (KIP-996). */
export interface Prospective {
  readonly name: "prospective";
  /** The voters that would vote for this node. */
  readonly granted: ReadonlySet<NodeId>;
}

export interface Candidate {
  readonly name: "candidate";
  /** The voters that have voted for this node. */
  readonly granted: ReadonlySet<NodeId>;
}

export interface Leader {
  readonly name: "leader";
  /** Of the LEADER_CHANGE record. Once the high watermark is above, this leader may act. */
  readonly epochStartOffset: Offset;
  /** How far each voter's log is durable, as far as known: the leader's own among them. */
  readonly reached: ReadonlyMap<NodeId, Offset>;
}

/** Led this epoch and gave up; neither leads nor votes in it any more. */
export interface Resigned {
  readonly name: "resigned";
  /** When it stops to wait for a successor, in monotonic ms. */
  readonly electionAtMs: number;
}

export type Role = Unattached | Prospective | Candidate | Leader | Resigned;
export type RoleName = Role["name"];

/** A role's decision that the node takes another one; that role's `enter…` carries it out. */
export interface Transition {
  readonly to: RoleName;
}
