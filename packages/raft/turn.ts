// One step under way: what it began with, the state as far as it has come, and the effects so far.
// The roles write to it; raft.ts opens and closes it.

import type { NodeId, Random } from "@odradek/base";
import type { RaftConfig } from "./config.ts";
import type { Effect } from "./effects.ts";
import type { RaftRequest, RaftResponse } from "./messages.ts";
import type { Role } from "./roles/role.ts";
import type { State } from "./state.ts";
import type { VoterHistory } from "./voter_history.ts";
import type { ReplicaKey, Voter } from "./voters.ts";

/** What stays the same for the life of a node. */
export interface Surroundings {
  readonly self: ReplicaKey;
  readonly random: Random;
  readonly config: RaftConfig;
}

export class Turn {
  readonly self: ReplicaKey;
  readonly config: RaftConfig;
  /** Monotonic ms. */
  readonly now: number;
  readonly effects: Effect[] = [];
  readonly #random: Random;
  #state: State;

  constructor({ self, random, config }: Surroundings, state: State, now: number) {
    this.self = self;
    this.config = config;
    this.now = now;
    this.#random = random;
    this.#state = state;
  }

  get state(): State {
    return this.#state;
  }

  change(part: Partial<State>): void {
    this.#state = { ...this.#state, ...part };
  }

  changeVoters(voterHistory: VoterHistory): void {
    this.change({ voterHistory, voters: voterHistory.latest });
  }

  emit(effect: Effect): void {
    this.effects.push(effect);
  }

  become(role: Role): void {
    this.change({ role });
    this.emit({ type: "became", role: role.name, epoch: this.#state.epoch });
  }

  /** Returns what its answer will be known by. */
  send(to: NodeId, request: RaftRequest): number {
    const correlation = this.#state.sent + 1;
    this.change({ sent: correlation });
    this.emit({ type: "send", to, correlation, request });
    return correlation;
  }

  reply(token: number, response: RaftResponse): void {
    this.emit({ type: "reply", token, response });
  }

  get isVoter(): boolean {
    return this.#state.voters.has(this.self);
  }

  get others(): Voter[] {
    return [...this.#state.voters].filter((voter) => voter.id !== this.self.id);
  }

  /** A whole number of ms from `least` on and below `least` + `range`. */
  random(least: number, range: number): number {
    return least + this.#random.below(Math.max(range, 1));
  }

  /** When an election is due that nobody else has begun; random, to avoid split votes (§5.2). */
  electionAtMs(): number {
    const { electionTimeoutMs } = this.config;
    return this.now + this.random(electionTimeoutMs, electionTimeoutMs);
  }
}
