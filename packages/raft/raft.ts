// The consensus core of one node: a state machine that takes an event and returns what is to be
// done. No clock, no I/O, no record's content: a driver carries the effects out (effects.ts says
// in which order and why) and reports what became of them (events.ts).
//
// So far it works for a quorum of one voter; it refuses to be constructed for any other.

import { assert, Fault, type NodeId, type Random, type Uuid } from "@odradek/base";
import type { Effect, Effects } from "./effects.ts";
import type { Event, Proposed, Written } from "./events.ts";
import { checkInvariants } from "./invariants.ts";
import type { LogView } from "./log_view.ts";
import { mustPersist, type QuorumState } from "./quorum_state.ts";
import { enterCandidate } from "./roles/candidate.ts";
import { enterLeader, leaderProposed, leaderWritten } from "./roles/leader.ts";
import { enterProspective } from "./roles/prospective.ts";
import { enterResigned, resignedElapsed } from "./roles/resigned.ts";
import type { Transition } from "./roles/role.ts";
import { enterUnattached, unattachedElapsed } from "./roles/unattached.ts";
import { initialState, type State } from "./state.ts";
import { type RaftConfig, type Surroundings, Turn } from "./turn.ts";
import { replicaText, type VoterSet } from "./voters.ts";

export interface RaftOptions {
  readonly nodeId: NodeId;
  /** Of the directory that holds the log (KIP-853). */
  readonly directoryId: Uuid;
  readonly voters: VoterSet;
  /** What `quorum-state` holds, or `NEW_QUORUM_STATE`. */
  readonly persisted: QuorumState;
  /** What the log holds. */
  readonly log: LogView;
  readonly random: Random;
  readonly config: RaftConfig;
}

/**
 * One life of one node, from start to stop. After a write that failed the core is ahead of the
 * disk: construct a new one from what the disk holds.
 */
export class Raft {
  readonly #surroundings: Surroundings;
  #state: State;
  #persisted: QuorumState;
  #wakeAtMs: number | undefined;

  /** Throws Fault "configuration" if this node is not the only voter. */
  constructor({ nodeId, directoryId, voters, persisted, log, random, config }: RaftOptions) {
    const self = { id: nodeId, directoryId };
    if (!voters.isOnlyVoter(self)) {
      const name = `Cannot start node "${replicaText(self)}" in the quorum of "${voters}"`;
      throw new Fault("configuration", `${name}: only a quorum of itself alone is supported`);
    }
    this.#surroundings = { self, random, config };
    this.#state = initialState({ self, voters, persisted, log });
    this.#persisted = persisted;
  }

  /** After the last step. Immutable. */
  get state(): State {
    return this.#state;
  }

  /**
   * Takes an event and returns what is to be done about it, in this order. `now` in monotonic ms.
   * Throws Bug if an invariant broke, the driver's side of them included; nothing of the returned
   * may then be done, and this object is of no more use.
   */
  step(event: Event, now: number): Effects {
    const turn = new Turn(this.#surroundings, this.#state, now);
    let transition = handle(turn, event);
    while (transition !== undefined) transition = enter(turn, transition);
    const effects = this.#close(turn);
    checkInvariants(this.#state, turn.state, effects);
    this.#state = turn.state;
    return effects;
  }

  /** Puts what follows from the new state around the effects of the step. */
  #close({ state, effects }: Turn): Effects {
    const closed: Effect[] = [];
    if (mustPersist(this.#persisted, state)) {
      const { epoch, votedFor, leaderId } = state;
      this.#persisted = { epoch, votedFor, leaderId };
      closed.push({ type: "persist", ...this.#persisted });
    }
    closed.push(...effects);
    const ms = wakeAtMs(state);
    if (ms !== undefined && ms !== this.#wakeAtMs) closed.push({ type: "wakeAt", ms });
    this.#wakeAtMs = ms;
    return closed;
  }
}

function handle(turn: Turn, event: Event): Transition | undefined {
  switch (event.type) {
    case "elapsed":
      return elapsed(turn);
    case "proposed":
      return proposed(turn, event);
    case "written":
      return written(turn, event);
    case "resign":
      return turn.state.role.name === "leader" ? { to: "resigned" } : undefined;
  }
}

function elapsed(turn: Turn): Transition | undefined {
  const { role } = turn.state;
  if (role.name === "unattached") return unattachedElapsed(turn);
  if (role.name === "resigned") return resignedElapsed(turn, role);
  return undefined;
}

function proposed(turn: Turn, event: Proposed): undefined {
  if (turn.state.role.name === "leader") leaderProposed(turn, event);
  else turn.emit({ type: "refuse", refused: "NOT_CONTROLLER" });
}

function written(turn: Turn, { endOffset, epoch }: Written): undefined {
  const { log, durableEndOffset, role } = turn.state;
  if (endOffset <= durableEndOffset) return;
  const state = { endOffset, epoch, end: log.endOffset, lastEpoch: log.lastEpoch };
  assert(log.holds({ endOffset, epoch }), "Only what is in the log can be durable", state);
  turn.change({ durableEndOffset: endOffset });
  if (role.name === "leader") leaderWritten(turn, role, endOffset);
}

function enter(turn: Turn, { to }: Transition): Transition | undefined {
  switch (to) {
    case "unattached":
      return enterUnattached(turn);
    case "prospective":
      return enterProspective(turn);
    case "candidate":
      return enterCandidate(turn);
    case "leader":
      return enterLeader(turn);
    case "resigned":
      return enterResigned(turn);
  }
}

function wakeAtMs({ role }: State): number | undefined {
  return role.name === "resigned" ? role.electionAtMs : undefined;
}
