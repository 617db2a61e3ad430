// Fetches everything that one broker leads and this reactor follows: one request after the other,
// over one connection, each with all partitions. A partition that fails is left out for a while,
// longer each time; one whose leader knows a newer epoch, until the metadata tells of it.

import { type Address, addressText, Fault, type NodeId, reason, sleep } from "@odradek/base";
import { type ErrorName, errorName } from "@odradek/protocol/errors";
import { Refusal } from "@odradek/protocol/refusal";
import { Malformed } from "@odradek/protocol/wire/malformed";
import type { Partition } from "../partitions/partition.ts";
import { waitFor, Waiters } from "../partitions/waiters.ts";
import { FetchSession } from "./fetch_session.ts";
import { cutDiverging, takeFetched } from "./fetched.ts";
import {
  type Asked,
  EARLIEST,
  keyOf,
  LATEST,
  Leader,
  type LeaderOptions,
  type PartitionAnswer,
} from "./leader.ts";
import type { Throttle } from "./throttle.ts";

export interface FetcherOptions extends LeaderOptions {
  readonly leader: NodeId;
  /** Where the leader listens for brokers, as the metadata says now. */
  readonly address: () => Address | undefined;
  /** Of what this broker gets. */
  readonly throttle: Throttle;
  /** A disk of this broker has failed. */
  readonly failed: (partition: Partition, fault: Fault) => void;
  readonly warn: (message: string, error: unknown) => void;
  /** What may happen whenever a broker goes. */
  readonly tell: (line: string) => void;
}

interface Followed {
  readonly partition: Partition;
  readonly leaderEpoch: number;
  /** Monotonic ms. */
  dueMs: number;
  failures: number;
  /** It has about what the leader has. */
  isNear: boolean;
}

const BACKOFF_MS = 20;
/** What is throttled is looked at again. */
const HELD_BACK_MS = 100;
/** Changes of metadata come together: they interrupt a waiting fetch once. */
const INTERRUPT_MS = 5;
const IDLE_MS = 60_000;

export class Fetcher {
  readonly leader: NodeId;
  readonly waiters = new Waiters();
  readonly #options: FetcherOptions;
  readonly #followed = new Map<string, Followed>();
  readonly #stopping = new AbortController();
  readonly #running: Promise<void>;
  #connection: Leader | undefined;
  /** Outlives connections. */
  readonly #session = new FetchSession();
  /** A fetch is under way that does not have all partitions. */
  #isStale = false;
  #isFetching = false;
  /** Which partition comes first: another one each time. */
  #first = 0;

  constructor(options: FetcherOptions) {
    this.#options = options;
    this.leader = options.leader;
    this.#running = this.#run();
  }

  get isIdle(): boolean {
    return this.#followed.size === 0;
  }

  /** In the leader epoch that the partition has now. */
  follow(partition: Partition): void {
    const key = keyOf(partition);
    const { leaderEpoch } = partition;
    const known = this.#followed.get(key);
    if (known?.partition === partition && known.leaderEpoch === leaderEpoch) return;
    this.#followed.set(key, { partition, leaderEpoch, dueMs: 0, failures: 0, isNear: false });
    this.waiters.wake();
    this.#interrupt();
  }

  forget(partition: Partition): void {
    const key = keyOf(partition);
    if (this.#followed.get(key)?.partition === partition) this.#followed.delete(key);
  }

  /** Resolves when nothing of it is under way. */
  async stop(): Promise<void> {
    this.#stopping.abort(new Fault("in use", "Nothing is followed any more"));
    this.#connection?.destroy();
    await this.#running;
  }

  /** The leader may have nothing for the others for a long time. */
  #interrupt(): void {
    if (!this.#isFetching || this.#isStale) return;
    this.#isStale = true;
    this.#options.clock.schedule(INTERRUPT_MS, () => {
      if (this.#isStale) this.#connection?.destroy();
    });
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    let failures = 0;
    while (!signal.aborted) {
      const asked = this.#due();
      if (asked.length === 0) {
        await this.#untilDue();
        continue;
      }
      try {
        await this.#fetch(asked);
        failures = 0;
      } catch (error) {
        if (!(error instanceof Fault || error instanceof Malformed)) throw error;
        if (signal.aborted) return;
        if (this.#isStale) continue;
        this.#connection?.destroy();
        if (failures++ === 0) {
          this.#options.tell(`Broker ${this.leader} gives no records: ${reason(error)}`);
        }
        // Rejects only when it is to stop.
        await sleep(this.#options.clock, this.#backoff(failures), signal).catch(() => undefined);
      }
    }
  }

  #due(): Asked[] {
    const nowMs = this.#options.clock.monotonic();
    const due = [...this.#followed.values()].filter((followed) => {
      if (followed.dueMs > nowMs) return false;
      if (!this.#isHeldBack(followed)) return true;
      followed.dueMs = nowMs + HELD_BACK_MS;
      return false;
    });
    const first = due.length === 0 ? 0 : this.#first++ % due.length;
    return [...due.slice(first), ...due.slice(0, first)].map(({ partition, leaderEpoch }) => ({
      partition,
      leaderEpoch,
      fetchOffset: partition.log.endOffset,
    }));
  }

  /**
   * It has had as much as replication may have (KIP-73). Not if it is in sync or about to be: the
   * leader waits for it with what it commits.
   */
  #isHeldBack({ partition, isNear }: Followed): boolean {
    return !isNear && this.#options.throttle.holdsBack(partition) && !partition.isInSync;
  }

  get #nextDueInMs(): number {
    const nowMs = this.#options.clock.monotonic();
    let next = IDLE_MS;
    for (const { dueMs } of this.#followed.values()) {
      if (dueMs > nowMs) next = Math.min(next, dueMs - nowMs);
    }
    return next;
  }

  async #untilDue(): Promise<void> {
    const { clock } = this.#options;
    const { signal } = this.#stopping;
    const isReady = (): boolean => {
      const nowMs = clock.monotonic();
      return [...this.#followed.values()].some(({ dueMs }) => dueMs <= nowMs);
    };
    await waitFor({ waitables: [this], isReady, timeoutMs: this.#nextDueInMs, clock, signal });
  }

  async #fetch(asked: readonly Asked[]): Promise<void> {
    this.#isStale = false;
    this.#isFetching = true;
    let leader: Leader;
    let answers: ReadonlyMap<string, PartitionAnswer>;
    try {
      leader = await this.#connected();
      if (this.#isStale) return;
      const waitMsMax = this.#nextDueInMs;
      answers = await leader.fetch(asked, { session: this.#session, waitMsMax });
    } finally {
      this.#isFetching = false;
    }
    this.#isStale = false;
    const take = (one: Asked) => this.#take(leader, one, answers.get(keyOf(one.partition)));
    await Promise.all(asked.map(take));
    leader.letGo();
  }

  async #connected(): Promise<Leader> {
    if (this.#connection?.isOpen) return this.#connection;
    const { address: find, leader } = this.#options;
    const address = find();
    if (address === undefined) throw new Fault("network", `Nobody knows where ${leader} listens`);
    try {
      this.#connection = await Leader.reach(this.#options, address, this.#stopping.signal);
    } catch (error) {
      throw new Fault("network", `Cannot reach ${addressText(address)}`, { cause: error });
    }
    return this.#connection;
  }

  async #take(leader: Leader, asked: Asked, answer: PartitionAnswer | undefined): Promise<void> {
    const { partition, leaderEpoch } = asked;
    const followed = this.#followed.get(keyOf(partition));
    if (followed?.partition !== partition || followed.leaderEpoch !== leaderEpoch) return;
    try {
      // Without an answer it has nothing new.
      if (answer !== undefined) {
        await this.#carryOut(leader, asked, answer);
        followed.isNear = isNear(partition, answer);
      }
      followed.failures = 0;
    } catch (error) {
      this.#failed(followed, error);
    }
  }

  async #carryOut(leader: Leader, asked: Asked, answer: PartitionAnswer): Promise<void> {
    const { partition, leaderEpoch, fetchOffset } = asked;
    const error = errorName(answer.errorCode);
    if (error === "OFFSET_OUT_OF_RANGE") return await this.#comeWithin(leader, asked);
    if (error !== "NONE") throw new Refusal(error);
    const { divergingEpoch: { epoch, endOffset }, records } = answer;
    if (endOffset >= 0n) {
      const theirs = { epoch, endOffset: Number(endOffset) };
      return await cutDiverging(partition, leaderEpoch, theirs);
    }
    this.#options.throttle.moved(partition, records?.length ?? 0);
    await takeFetched(partition, {
      fetchOffset,
      leaderEpoch,
      records: records ?? NO_RECORDS,
      highWatermark: Number(answer.highWatermark),
      logStartOffset: Number(answer.logStartOffset),
    });
  }

  /** This log ends behind the leader's, or before it starts. */
  async #comeWithin(leader: Leader, asked: Asked): Promise<void> {
    const { partition, leaderEpoch } = asked;
    const { log: { endOffset } } = partition;
    const end = await leader.endOf(asked, LATEST);
    if (end < endOffset) return await partition.truncateTo(end, leaderEpoch);
    const start = await leader.endOf(asked, EARLIEST);
    if (start > endOffset) return await partition.truncateFully(start, leaderEpoch);
    throw new Refusal("OFFSET_OUT_OF_RANGE");
  }

  #failed(followed: Followed, error: unknown): void {
    const { partition, leaderEpoch } = followed;
    const isExpected = error instanceof Refusal || error instanceof Fault ||
      error instanceof Malformed;
    if (!isExpected) throw error;
    const { clock, failed } = this.#options;
    const isPassing = error instanceof Refusal && PASSING.has(error.error);
    if (followed.failures++ === 0 && !isPassing) {
      this.#warn(`Cannot follow ${partition.topic}-${partition.partition}`, error);
    }
    if (error instanceof Fault) failed(partition, error);
    // This broker is behind: what is newer is on its way.
    const isOld = error instanceof Refusal && error.error === "FENCED_LEADER_EPOCH" &&
      partition.leaderEpoch === leaderEpoch;
    followed.dueMs = isOld
      ? Number.POSITIVE_INFINITY
      : clock.monotonic() + this.#backoff(followed.failures);
  }

  #backoff(failures: number): number {
    const most = this.#options.config().value("replica.fetch.backoff.ms");
    return Math.min(most, BACKOFF_MS * 2 ** Math.min(failures, 10));
  }

  #warn(what: string, error: unknown): void {
    this.#options.warn(`${what}: ${reason(error)}`, error);
  }
}

/** A whole answer gives all that the leader has; one without records may have had no room. */
function isNear({ log }: Partition, { records, highWatermark }: PartitionAnswer): boolean {
  const bytes = records?.length ?? 0;
  return log.endOffset >= highWatermark || (bytes > 0 && bytes < NEAR_BYTES);
}

/** Half of what a partition gets at once by default. */
const NEAR_BYTES = 512 * 1024;

/** While metadata is on its way to some and has come to others. */
const PASSING = new Set<ErrorName>([
  "NOT_LEADER_OR_FOLLOWER",
  "UNKNOWN_LEADER_EPOCH",
  "FENCED_LEADER_EPOCH",
  "UNKNOWN_TOPIC_ID",
  "UNKNOWN_TOPIC_OR_PARTITION",
]);

const NO_RECORDS = new Uint8Array(0);
