// Fetches partitions from their leaders, or from replicas that are near, ahead of whoever takes the
// records: at most one request per node is under way, and of each partition one chunk lies ready.
// Follows leaders, and finds
// positions that are given by name. Which partitions, is said from outside: by an assignment that
// stays, or by a group.

import { Fault, safeInteger, type TopicPartition } from "@odradek/base";
import { Fetch } from "@odradek/protocol/messages/fetch";
import type { Response } from "@odradek/protocol/schema/mod";
import type { Cluster } from "../cluster.ts";
import { backoffMs } from "../cluster/backoff.ts";
import type { ClusterView, PartitionView } from "../cluster/view.ts";
import { BrokerRefused, mayRetry, refusalOf } from "../refused.ts";
import { Chunk } from "./chunk.ts";
import {
  fetchDraft,
  fetchedOf,
  type FetchedPartition,
  type FetchPosition,
  type FetchSettings,
  fetchVersionMax,
} from "./fetch_request.ts";
import { askOffsets, OFFSET_TIMES } from "./offsets.ts";
import { NearReplica } from "./near_replica.ts";
import type { StartOffset } from "./record.ts";

export interface FetcherOptions extends FetchSettings {
  /** Where to go on if the log has no such offset; "fail": BrokerRefused. */
  readonly reset: "earliest" | "latest" | "fail";
}

interface Fetched extends TopicPartition {
  /** Where the next fetch begins, or a name of it that is still to be found. */
  position: StartOffset;
  /** Where it began; undefined: not found yet. */
  start: number | undefined;
  /** In which the record before the position was written; -1: not known. */
  leaderEpoch: number;
  /** In flight, or lying ready. */
  isBusy: boolean;
  /** Monotonic ms before which it is not asked for again. */
  retryAtMs: number;
  failures: number;
  readonly near: NearReplica;
}

export class Fetcher {
  readonly #cluster: Cluster;
  readonly #options: FetcherOptions;
  /** In the order in which they are asked for: who has brought something goes to the end. */
  readonly #partitions = new Map<string, Fetched>();
  readonly #ready: Chunk[] = [];
  readonly #fetching = new Set<number>();
  #failure: Error | undefined;
  #isFinding = false;
  #isSeeking = false;
  #wake: () => void = () => undefined;

  constructor(cluster: Cluster, options: FetcherOptions) {
    this.#cluster = cluster;
    this.#options = options;
  }

  /**
   * Begins to fetch a partition, or moves to another position of it. `leaderEpoch`: in which the
   * record before it was written, if that is known.
   */
  assign(which: TopicPartition, position: StartOffset, leaderEpoch = -1): void {
    const { topic, partition } = which;
    this.unassign(which);
    const start = typeof position === "number" ? position : undefined;
    const near = new NearReplica();
    const fresh = { isBusy: false, retryAtMs: 0, failures: 0, near, leaderEpoch };
    this.#partitions.set(keyOf(which), { topic, partition, position, start, ...fresh });
  }

  /** Where a partition began, that was assigned by the name of a position; undefined: not yet. */
  startOf(which: TopicPartition): number | undefined {
    return this.#partitions.get(keyOf(which))?.start;
  }

  /** Its partition has been moved to another position since, or taken away. */
  isStale(chunk: Chunk): boolean {
    return this.#partitions.get(keyOf(chunk)) !== chunk.of;
  }

  /** What lies ready of it is dropped. */
  unassign(which: TopicPartition): void {
    this.#partitions.delete(keyOf(which));
    const kept = this.#ready.filter((chunk) => keyOf(chunk) !== keyOf(which));
    this.#ready.splice(0, this.#ready.length, ...kept);
  }

  /**
   * What has come of any partition. BrokerRefused for what no other try would change, Fault
   * "corrupt"; the signal's reason when it aborts. Network failures are not told: it goes on.
   */
  async next(signal?: AbortSignal): Promise<Chunk> {
    for (;;) {
      signal?.throwIfAborted();
      if (this.#failure !== undefined) throw this.#failure;
      const chunk = this.#ready.shift();
      if (chunk !== undefined) {
        const fetched = this.#partitions.get(keyOf(chunk));
        if (fetched !== undefined) fetched.isBusy = false;
        this.#fetchMore();
        return chunk;
      }
      this.#fetchMore();
      await this.#change(signal);
    }
  }

  /** Resolves when something has come, or may be tried again. */
  #change(signal: AbortSignal | undefined): Promise<void> {
    const now = this.#cluster.clock.monotonic();
    const retryAtMs = [...this.#partitions.values()].map((one) => one.retryAtMs)
      .filter((ms) => ms > now);
    return new Promise((resolve) => {
      const waitMs = Math.min(...retryAtMs) - now;
      const timer = Number.isFinite(waitMs)
        ? this.#cluster.clock.schedule(waitMs, () => wake())
        : undefined;
      const wake = (): void => {
        timer?.cancel();
        signal?.removeEventListener("abort", wake);
        resolve();
      };
      this.#wake = wake;
      signal?.addEventListener("abort", wake, { once: true });
    });
  }

  #fetchMore(): void {
    const now = this.#cluster.clock.monotonic();
    const idle = [...this.#partitions.values()]
      .filter((one) => !one.isBusy && now >= one.retryAtMs);
    const named = idle.filter(({ position }) => typeof position !== "number");
    if (named.length > 0) void this.#find(named);
    const placed = idle.filter(({ position }) => typeof position === "number");
    const byNode = Map.groupBy(placed, (one) => one.near.at(now) ?? this.#leaderOf(one));
    for (const [node, some] of byNode) {
      if (node === undefined) void this.#seek(some);
      else if (!this.#fetching.has(node)) void this.#fetch(node, some);
    }
  }

  #leaderOf(one: Fetched): number | undefined {
    if (!this.#cluster.isFresh) return undefined;
    const known = this.#cluster.view.topics.get(one.topic)?.partitions[one.partition];
    return known === undefined || isOld(known, one) ? undefined : known.leader;
  }

  /** Learns who leads. */
  async #seek(some: readonly Fetched[]): Promise<void> {
    if (this.#isSeeking) return;
    this.#isSeeking = true;
    for (const one of some) {
      try {
        const known = await this.#cluster.partition(one);
        const { leader } = known;
        if (leader === undefined || isOld(known, one)) {
          throw new BrokerRefused("LEADER_NOT_AVAILABLE");
        }
      } catch (error) {
        this.#failed(one, error);
      }
    }
    this.#isSeeking = false;
    this.#wake();
  }

  /** Turns names of positions into offsets. */
  async #find(named: readonly Fetched[]): Promise<void> {
    if (this.#isFinding) return;
    this.#isFinding = true;
    const { isolationLevel } = this.#options;
    const queries = named.map((one) => {
      const timestamp = one.position === "latest" ? OFFSET_TIMES.latest : OFFSET_TIMES.earliest;
      return { topic: one.topic, partition: one.partition, timestamp, one };
    });
    try {
      const found = await askOffsets(this.#cluster, queries, { isolationLevel });
      for (const [{ one }, offset] of found) {
        if (offset instanceof BrokerRefused) this.#failed(one, offset);
        else {
          one.position = offset.offset;
          one.start ??= offset.offset;
        }
      }
    } catch (error) {
      for (const one of named) this.#failed(one, error);
    }
    this.#isFinding = false;
    this.#wake();
  }

  async #fetch(node: number, some: readonly Fetched[]): Promise<void> {
    const { view, settings, clock } = this.#cluster;
    const isNearWanted = some.every(({ near }) => near.isWanted(clock.monotonic()));
    const wish = isNearWanted ? this.#options : { ...this.#options, rack: undefined };
    const positions = some.map((one) => ({ ...one, offset: one.position as number, one }));
    this.#fetching.add(node);
    for (const one of some) one.isBusy = true;
    try {
      const link = await this.#cluster.link({ node, lane: "fetches" });
      const answer = await link.ask(Fetch, fetchDraft(positions, view, wish), {
        versionMax: fetchVersionMax(positions, view),
        timeoutMs: settings.requestTimeoutMs + this.#options.maxWaitMs,
      });
      this.#take(positions, answer, view);
    } catch (error) {
      for (const one of some) this.#failed(one, error);
    }
    this.#fetching.delete(node);
    this.#wake();
  }

  #take(
    positions: readonly (FetchPosition & { readonly one: Fetched })[],
    answer: Response<typeof Fetch>,
    view: ClusterView,
  ): void {
    const refusal = refusalOf(answer.errorCode);
    if (refusal !== undefined) throw refusal;
    for (const { one, offset } of positions) {
      one.isBusy = false;
      // It may have been moved, or taken away, meanwhile.
      if (this.#partitions.get(keyOf(one)) !== one) continue;
      this.#took(one, offset, fetchedOf(answer, one, view));
    }
  }

  #took(one: Fetched, offset: number, told: FetchedPartition | undefined): void {
    if (told === undefined) {
      return this.#failed(one, new Fault("network", "The answer leaves out a partition"));
    }
    const refusal = refusalOf(told.errorCode);
    if (refusal !== undefined) return this.#refused(one, refusal);
    one.failures = 0;
    const { preferredReadReplica: near = -1 } = told;
    if (near >= 0) one.near.named(near, this.#cluster.clock.monotonic());
    const chunk = new Chunk({
      of: one,
      offset,
      bytes: told.records ?? new Uint8Array(0),
      aborted: told.abortedTransactions ?? [],
      highWatermark: safeInteger(told.highWatermark),
    });
    if (chunk.isEmpty) return;
    one.position = chunk.nextOffset;
    one.leaderEpoch = chunk.leaderEpoch;
    one.isBusy = true;
    this.#ready.push(chunk);
    const key = keyOf(one);
    this.#partitions.delete(key);
    this.#partitions.set(key, one);
  }

  #refused(one: Fetched, refusal: BrokerRefused): void {
    // It may be behind: what is lost, the leader says.
    if (one.near.failed(this.#cluster.clock.monotonic())) return;
    const { reset } = this.#options;
    const isLost = refusal.error === "OFFSET_OUT_OF_RANGE";
    if (isLost && reset !== "fail") {
      one.position = reset;
      one.leaderEpoch = -1;
    } else this.#failed(one, refusal);
  }

  #failed(one: Fetched, thrown: unknown): void {
    const error = thrown as Error;
    one.isBusy = false;
    if (!mayRetry(error)) {
      this.#failure ??= error;
      return;
    }
    this.#cluster.noteFailure(error);
    if (one.near.failed(this.#cluster.clock.monotonic())) return;
    const { clock, random, settings } = this.#cluster;
    one.retryAtMs = clock.monotonic() + backoffMs(++one.failures, settings.retryBackoff, random);
  }
}

/**
 * Whether it led before the record that was read last was written (KIP-320): a leader that does not
 * know yet that it is none any more may not have that record, and would refuse what follows.
 */
function isOld({ leaderEpoch }: PartitionView, one: Fetched): boolean {
  return leaderEpoch >= 0 && leaderEpoch < one.leaderEpoch;
}

function keyOf({ topic, partition }: TopicPartition): string {
  return `${topic} ${partition}`;
}
