// What a node must not forget when it stops: the content of Kafka's `quorum-state` file, as values.
// Reading and writing that file is the driver's.

import { type Epoch, epoch, NO_NODE, type NodeId } from "@odradek/base";
import { isSameReplica, type ReplicaKey } from "./voters.ts";

export interface QuorumState {
  /** The highest that this node has seen. */
  readonly epoch: Epoch;
  /** Whom this node voted for in this epoch. */
  readonly votedFor: ReplicaKey | undefined;
  /** Who leads this epoch, as far as this node knows. */
  readonly leaderId: NodeId;
}

/** Of a node that has no such file yet. */
export const NEW_QUORUM_STATE: QuorumState = {
  epoch: epoch(0),
  votedFor: undefined,
  leaderId: NO_NODE,
};

/**
 * Whether the disk must hold `state` before it takes effect, where it holds `persisted` now.
 * Forgetting who led an epoch is no promise to anybody; everything else is.
 */
export function mustPersist(persisted: QuorumState, state: QuorumState): boolean {
  const { epoch, votedFor, leaderId } = state;
  if (epoch !== persisted.epoch) return true;
  if (leaderId !== persisted.leaderId && leaderId !== NO_NODE) return true;
  if (votedFor === undefined || persisted.votedFor === undefined) {
    return votedFor !== persisted.votedFor;
  }
  return !isSameReplica(votedFor, persisted.votedFor);
}
