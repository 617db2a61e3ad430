// Everything the core knows, as one immutable value. A step makes the next one from it.

import { type Epoch, epoch, NO_NODE, type Offset, offset } from "@odradek/base";
import type { LogPrefix, LogView } from "./log_view.ts";
import type { QuorumState } from "./quorum_state.ts";
import type { Role } from "./roles/role.ts";
import { VoterHistory } from "./voter_history.ts";
import { type ReplicaKey, replicaText, type VoterSet } from "./voters.ts";

export interface State extends QuorumState {
  readonly role: Role;
  /** The latest of the history. */
  readonly voters: VoterSet;
  readonly voterHistory: VoterHistory;
  readonly log: LogView;
  /** Everything below survives the end of the machine. */
  readonly durableEndOffset: Offset;
  /** The highest end that the log had when it was cut back; 0: it never was. */
  readonly truncatedFrom: Offset;
  /** Everything below is committed. Never goes back. */
  readonly highWatermark: Offset;
  /** The newest of this node; undefined: none that holds a record. */
  readonly snapshot: LogPrefix | undefined;
  /** Requests so far, to tell their answers apart. */
  readonly sent: number;
  /** Elections lost since this node last had a leader. */
  readonly lostElections: number;
}

export interface Beginning {
  readonly self: ReplicaKey;
  readonly voters: VoterSet | VoterHistory;
  readonly snapshot: LogPrefix | undefined;
  readonly persisted: QuorumState;
  readonly log: LogView;
}

/**
 * The state a life begins with: unattached, in the highest epoch that left a trace. What is below
 * the log's start is in a snapshot, hence committed and durable; of the rest nothing is known
 * until the driver has synced what it found and says `written`.
 */
export function initialState({ self, voters, snapshot, persisted, log }: Beginning): State {
  const voterHistory = voters instanceof VoterHistory ? voters : VoterHistory.of(voters);
  return {
    ...recall(self, persisted, log.lastEpoch),
    role: { name: "unattached", electionAtMs: undefined, asks: new Map() },
    voters: voterHistory.latest,
    voterHistory,
    log,
    durableEndOffset: log.startOffset,
    truncatedFrom: offset(0),
    highWatermark: log.startOffset,
    snapshot,
    sent: 0,
    lostElections: 0,
  };
}

/**
 * A node that led this epoch may have lost what it had not synced, so it must not lead it again:
 * it would give other records the same offsets and epoch. It forgets that it led and keeps its
 * vote, also where a leader's `quorum-state` leaves that out, as Kafka's do: a second vote could
 * make a second leader.
 */
function recall(self: ReplicaKey, persisted: QuorumState, lastEpoch: Epoch): QuorumState {
  if (lastEpoch > persisted.epoch) {
    return { epoch: epoch(lastEpoch), votedFor: undefined, leaderId: NO_NODE };
  }
  if (persisted.leaderId !== self.id) return persisted;
  return { epoch: persisted.epoch, votedFor: persisted.votedFor ?? self, leaderId: NO_NODE };
}

/** On one line, for messages and traces. */
export function stateText(state: State): string {
  const { role, epoch, votedFor, leaderId, log, durableEndOffset, highWatermark } = state;
  const voted = votedFor === undefined ? "none" : replicaText(votedFor);
  const leader = leaderId === NO_NODE ? "none" : leaderId;
  return (
    `${role.name} epoch=${epoch} voted=${voted} leader=${leader} start=${log.startOffset} ` +
    `committed=${highWatermark} durable=${durableEndOffset} end=${log.endOffset}`
  );
}
