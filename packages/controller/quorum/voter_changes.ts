// Changes of who votes (KIP-853), as an operator or a voter asks for them: what the core does not
// look at is looked at here, and whoever asks hears of it once the new voters have committed it.

import { type Address, type Clock, type Uuid, ZERO_UUID } from "@odradek/base";
import { KRAFT_VERSION } from "@odradek/metadata";
import { Refusal } from "@odradek/protocol/refusal";
import {
  type Endpoint,
  isDynamic,
  isVoterChangeUnderWay,
  type ReplicaKey,
  type State,
  type Voter,
  type VoterChange,
} from "@odradek/raft";
import { NoAnswer } from "./replicas.ts";

export type KraftVersions = Voter["kraftVersions"];

/** The quorum, as far as it is needed here. */
export interface ChangedQuorum {
  readonly state: State;
  changeVoters(change: VoterChange["change"]): Promise<number>;
  whenCommitted(endOffset: number): Promise<void>;
}

export interface VoterChangesOptions {
  readonly quorum: ChangedQuorum;
  /** Which kraft versions a node says that it speaks. Throws NoAnswer. */
  readonly versionsOf: (address: Address) => Promise<KraftVersions>;
  /** Of the listeners of controllers the one by which voters reach each other. */
  readonly listenerName: string;
  readonly clock: Clock;
  readonly timeoutMs: number;
}

export interface NewVoter extends ReplicaKey {
  readonly endpoints: readonly Endpoint[];
}

/** What the metadata is kept by is voted on by those that their records name. */
const DYNAMIC = 1;

export class VoterChanges {
  readonly #options: VoterChangesOptions;
  /** One at a time. */
  #isBusy = false;

  constructor(options: VoterChangesOptions) {
    this.#options = options;
  }

  /** Refuses with what Kafka refuses, and with its words. */
  async add(voter: NewVoter, { ackWhenCommitted }: { readonly ackWhenCommitted: boolean }) {
    this.#checkLeads();
    checkKey(voter, "Add");
    const address = this.#addressOf(voter);
    await this.#alone(async () => {
      this.#checkMayChange("adding");
      const { voters } = this.#options.quorum.state;
      if (voters.get(voter.id) !== undefined) {
        const known = `is already part of the set of voters ${keysText(voters)}.`;
        throw new Refusal("DUPLICATE_VOTER", `The voter id for ${keyText(voter)} ${known}`);
      }
      const kraftVersions = await this.#versionsOf(voter, address);
      const change = { kind: "add", voter: { ...voter, kraftVersions } } as const;
      const endOffset = await this.#change(change, () =>
        `Aborted add voter operation for ${keyText(voter)} since it is lagging behind`);
      if (ackWhenCommitted) await this.#whenCommitted(endOffset);
    });
  }

  async remove(voter: ReplicaKey): Promise<void> {
    this.#checkLeads();
    checkKey(voter, "Remove");
    await this.#alone(async () => {
      this.#checkMayChange("removing");
      const { voters } = this.#options.quorum.state;
      const missing = `Cannot remove voter ${keyText(voter)} from the set of voters`;
      const endOffset = await this.#change({ kind: "remove", voter }, () =>
        `${missing} ${keysText(voters)}`);
      await this.#whenCommitted(endOffset);
    });
  }

  /** A voter has other endpoints, or speaks other versions, since it was started anew. */
  async update(voter: Voter, epoch: number): Promise<void> {
    this.#checkLeads();
    const { state } = this.#options.quorum;
    if (epoch > state.epoch) throw new Refusal("UNKNOWN_LEADER_EPOCH");
    if (epoch < state.epoch) throw new Refusal("FENCED_LEADER_EPOCH");
    this.#addressOf(voter);
    const { min, max } = voter.kraftVersions;
    if (min > this.#kraftVersion || max < this.#kraftVersion) throw new Refusal("INVALID_REQUEST");
    await this.#alone(async () => {
      const endOffset = await this.#change({ kind: "update", voter });
      await this.#whenCommitted(endOffset);
    });
  }

  get #kraftVersion(): number {
    return isDynamic(this.#options.quorum.state.voters) ? DYNAMIC : 0;
  }

  #checkLeads(): void {
    if (this.#options.quorum.state.role.name === "leader") return;
    throw new Refusal("NOT_LEADER_OR_FOLLOWER");
  }

  #checkMayChange(what: string): void {
    const level = this.#kraftVersion;
    if (level < DYNAMIC) {
      const why = `because the ${KRAFT_VERSION} feature is ${level}`;
      throw new Refusal("UNSUPPORTED_VERSION", `Cluster doesn't support ${what} voter ${why}`);
    }
    if (!isVoterChangeUnderWay(this.#options.quorum.state)) return;
    throw late("waiting for voters to commit the latest voter change");
  }

  async #alone(work: () => Promise<void>): Promise<void> {
    if (this.#isBusy) throw late("waiting for leader to handle previous voter change request");
    this.#isBusy = true;
    try {
      await work();
    } finally {
      this.#isBusy = false;
    }
  }

  /** `why`: in words, for what the core refuses besides what was looked at before. */
  async #change(change: VoterChange["change"], why?: () => string): Promise<number> {
    try {
      return await this.#options.quorum.changeVoters(change);
    } catch (error) {
      if (!(error instanceof Refusal) || why === undefined) throw error;
      throw new Refusal(error.error, why());
    }
  }

  async #whenCommitted(endOffset: number): Promise<void> {
    const { quorum, clock, timeoutMs } = this.#options;
    const { promise, reject } = Promise.withResolvers<never>();
    const timer = clock.schedule(timeoutMs, () => reject(new Refusal("REQUEST_TIMED_OUT")));
    try {
      await Promise.race([quorum.whenCommitted(endOffset), promise]);
    } finally {
      timer.cancel();
    }
  }

  async #versionsOf(voter: ReplicaKey, address: Address): Promise<KraftVersions> {
    let versions: KraftVersions;
    try {
      versions = await this.#options.versionsOf(address);
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      const why = "since API_VERSIONS returned an error BROKER_NOT_AVAILABLE";
      throw new Refusal("REQUEST_TIMED_OUT", `Aborted add voter operation for ${why}`);
    }
    const { min, max } = versions;
    if (min <= DYNAMIC && max >= DYNAMIC) return versions;
    const why = `since the ${KRAFT_VERSION} range (min: ${min}, max: ${max}`;
    throw new Refusal(
      "INVALID_REQUEST",
      `Aborted add voter operation for ${keyText(voter)} ${why} doesn't support the finalized ` +
        `version ${DYNAMIC}`,
    );
  }

  #addressOf({ endpoints }: NewVoter): Address {
    const { listenerName } = this.#options;
    const found = endpoints.find(({ name }) => name === listenerName);
    if (found !== undefined) return { host: found.host, port: found.port };
    const given = endpoints.map(({ name, host, port }) => `ListenerName(${name})=${host}:${port}`);
    throw new Refusal(
      "INVALID_REQUEST",
      `Add voter request didn't include the endpoint (Endpoints(endpoints={${given.join(", ")}}` +
        `)) for the default listener ListenerName(${listenerName})`,
    );
  }
}

function checkKey({ id, directoryId }: ReplicaKey, what: string): void {
  if (id >= 0 && directoryId !== ZERO_UUID) return;
  throw new Refusal("INVALID_REQUEST", `${what} voter request didn't include a valid voter`);
}

function late(what: string): Refusal {
  return new Refusal("REQUEST_TIMED_OUT", `Request timed out ${what}`);
}

function keyText({ id, directoryId }: { readonly id: number; readonly directoryId: Uuid }): string {
  return `ReplicaKey(id=${id}, directoryId=${directoryId})`;
}

function keysText(voters: Iterable<ReplicaKey>): string {
  return `[${[...voters].map(keyText).join(", ")}]`;
}
