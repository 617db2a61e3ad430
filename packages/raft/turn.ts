// One step under way: what it began with, the state as far as it has come, and the effects so far.
// The roles write to it; raft.ts opens and closes it.

import type { Random } from "@odradek/base";
import type { Effect } from "./effects.ts";
import type { Role } from "./roles/role.ts";
import type { State } from "./state.ts";
import type { ReplicaKey } from "./voters.ts";

export interface RaftConfig {
  /** `controller.quorum.election.timeout.ms`; a random time of up to the same length is added. */
  readonly electionTimeoutMs: number;
}

/** What stays the same for the life of a node. */
export interface Surroundings {
  readonly self: ReplicaKey;
  readonly random: Random;
  readonly config: RaftConfig;
}

export class Turn {
  readonly self: ReplicaKey;
  /** Monotonic ms. */
  readonly now: number;
  readonly effects: Effect[] = [];
  readonly #surroundings: Surroundings;
  #state: State;

  constructor(surroundings: Surroundings, state: State, now: number) {
    this.self = surroundings.self;
    this.now = now;
    this.#surroundings = surroundings;
    this.#state = state;
  }

  get state(): State {
    return this.#state;
  }

  change(part: Partial<State>): void {
    this.#state = { ...this.#state, ...part };
  }

  emit(effect: Effect): void {
    this.effects.push(effect);
  }

  become(role: Role): void {
    this.change({ role });
    this.emit({ type: "became", role: role.name, epoch: this.#state.epoch });
  }

  /** When an election is due that nobody else has begun; random, to avoid split votes (§5.2). */
  electionAtMs(): number {
    const { config, random } = this.#surroundings;
    return this.now + config.electionTimeoutMs + random.below(config.electionTimeoutMs);
  }
}
