// The consensus core of one node: a state machine that takes an event and returns what is to be
// done. No clock, no I/O, no record's content: a driver carries the effects out (effects.ts says
// in which order and why) and reports what became of them (events.ts).

import type { NodeId, Random, Uuid } from "@odradek/base";
import type { RaftConfig } from "./config.ts";
import type { Effect, Effects } from "./effects.ts";
import type { Event } from "./events.ts";
import { checkInvariants } from "./invariants.ts";
import type { LogPrefix, LogView } from "./log_view.ts";
import { mustPersist, type QuorumState } from "./quorum_state.ts";
import { releaseWaiting } from "./roles/fetches.ts";
import { initialState, type State } from "./state.ts";
import { enter } from "./steps/enter.ts";
import { handle } from "./steps/handle.ts";
import { wakeAtMs } from "./steps/wake.ts";
import { type Surroundings, Turn } from "./turn.ts";
import type { VoterHistory } from "./voter_history.ts";
import type { VoterSet } from "./voters.ts";

export interface RaftOptions {
  readonly nodeId: NodeId;
  /** Of the directory that holds the log (KIP-853). */
  readonly directoryId: Uuid;
  /** As configured, or as the snapshot and the log say. Empty: not known yet. */
  readonly voters: VoterSet | VoterHistory;
  /** What `quorum-state` holds, or `NEW_QUORUM_STATE`. */
  readonly persisted: QuorumState;
  /** What the log holds. */
  readonly log: LogView;
  /** The newest; undefined: none that holds a record. */
  readonly snapshot?: LogPrefix | undefined;
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
  #wakeAtMs = Infinity;

  constructor(options: RaftOptions) {
    const { nodeId, directoryId, voters, persisted, log, snapshot, random, config } = options;
    const self = { id: nodeId, directoryId };
    this.#surroundings = { self, random, config };
    this.#state = initialState({ self, voters, persisted, log, snapshot });
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
    enter(turn, handle(turn, event));
    const { role } = turn.state;
    if (role.name === "leader") releaseWaiting(turn, role);
    const effects = this.#close(turn);
    checkInvariants(this.#state, turn.state, effects);
    this.#state = turn.state;
    return effects;
  }

  /** Puts what follows from the new state around the effects of the step. */
  #close(turn: Turn): Effects {
    const { state, effects } = turn;
    const closed: Effect[] = [];
    if (mustPersist(this.#persisted, state)) {
      const { epoch, votedFor, leaderId } = state;
      this.#persisted = { epoch, votedFor, leaderId };
      closed.push({ type: "persist", ...this.#persisted });
    }
    closed.push(...effects);
    const ms = wakeAtMs(turn);
    if (ms !== this.#wakeAtMs && ms !== Infinity) closed.push({ type: "wakeAt", ms });
    this.#wakeAtMs = ms;
    return closed;
  }
}
