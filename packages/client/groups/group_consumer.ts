// The consumer as a member of a group: the members share the partitions of the topics among them,
// and each goes on where the group has committed (classic protocol).
//
// All that concerns the group happens when the next record is asked for: everything that was handed
// out before is done with then, may be committed, and its partition be given to another member.

import { Fault, type TopicPartition } from "@odradek/base";
import type { Cluster } from "../cluster.ts";
import type { Chunk } from "../consumer/chunk.ts";
import { FETCH_DEFAULTS } from "../consumer/consumer.ts";
import { Fetcher, type FetcherOptions } from "../consumer/fetcher.ts";
import type { ConsumerRecord, StartOffset } from "../consumer/record.ts";
import { BrokerRefused } from "../refused.ts";
import { assignorNamed, type AssignorName } from "./assignors.ts";
import { HeldPartitions } from "./held_partitions.ts";
import { Membership } from "./membership.ts";
import { commitOffsets, fetchOffsets, type GroupOffset } from "./offsets.ts";
import { SubscribedTopics, type Topics } from "./subscribed_topics.ts";

/** Partitions have come, or are to be given up, or were taken by others meanwhile. */
export interface Rebalance {
  readonly type: "assigned" | "revoked" | "lost";
  readonly partitions: readonly TopicPartition[];
}

export interface GroupConsumerOptions extends Partial<FetcherOptions> {
  readonly groupId: string;
  /** Of a static member (KIP-345): whoever comes back in time has the same partitions. */
  readonly instanceId?: string | undefined;
  /** The most wanted first; all members must have one in common. */
  readonly assignors?: readonly AssignorName[];
  /** Unheard of for so long, the member is out. */
  readonly sessionTimeoutMs?: number;
  /** The longest that the handling of a record may take. */
  readonly rebalanceTimeoutMs?: number;
  readonly heartbeatMs?: number;
  /** Between commits of what was read; false: `commit` alone commits. */
  readonly autoCommitMs?: number | false;
  /** Awaited: what is revoked can still be committed in it. */
  readonly rebalanced?: ((rebalance: Rebalance) => void | Promise<void>) | undefined;
}

export interface GroupConsumeOptions {
  /** One, some, or all whose name matches. */
  readonly topic: Topics;
  /** Ends the iteration. */
  readonly signal?: AbortSignal | undefined;
}

type Defaulted =
  | "assignors"
  | "sessionTimeoutMs"
  | "rebalanceTimeoutMs"
  | "heartbeatMs"
  | "autoCommitMs";
type Settings = GroupConsumerOptions & Required<Pick<GroupConsumerOptions, Defaulted>>;

const DEFAULTS: Pick<Settings, Defaulted> = {
  assignors: ["range", "cooperative-sticky"],
  sessionTimeoutMs: 45_000,
  rebalanceTimeoutMs: 300_000,
  heartbeatMs: 3000,
  autoCommitMs: 5000,
};

/** How long closing may take to commit, and to leave. */
const CLOSE_TIMEOUT_MS = 5000;

export class GroupConsumer implements AsyncDisposable {
  readonly #cluster: Cluster;
  readonly #options: Settings;
  readonly #fetcher: Fetcher;
  readonly #membership: Membership;
  readonly #held = new HeldPartitions();
  readonly #isCooperative: boolean;
  #topics: SubscribedTopics | undefined;
  /** Aborts what waits for records when there is something else to be done. */
  #interruption = new AbortController();
  readonly #closing = new AbortController();
  /** Monotonic ms. */
  #committedAtMs: number;

  constructor(cluster: Cluster, options: GroupConsumerOptions) {
    this.#cluster = cluster;
    const all: Settings = { ...DEFAULTS, ...options };
    this.#options = all;
    this.#isCooperative = all.assignors.every((name) => assignorNamed(name)?.isCooperative);
    this.#fetcher = new Fetcher(cluster, { ...FETCH_DEFAULTS, ...options });
    const member = { ...all, instanceId: all.instanceId ?? null };
    this.#membership = new Membership(cluster, member, () => this.#interruption.abort());
    this.#committedAtMs = cluster.clock.monotonic();
  }

  /** What it reads at the moment. */
  get assigned(): readonly TopicPartition[] {
    return this.#held.all;
  }

  /**
   * The records of the member's partitions as they come, in order within each, until the signal
   * aborts, the loop ends, or the consumer is closed. BrokerRefused if a broker does not let us
   * read or the group does not take us, FENCED_INSTANCE_ID if somebody else has our instance id;
   * Fault "corrupt".
   */
  async *consume(
    { topic, signal: until }: GroupConsumeOptions,
  ): AsyncGenerator<ConsumerRecord, void, undefined> {
    if (this.#topics !== undefined) {
      throw new Fault("configuration", "A consumer of a group reads once: make another one");
    }
    this.#topics = new SubscribedTopics(this.#cluster, topic);
    const closing = this.#closing.signal;
    const signal = until === undefined ? closing : AbortSignal.any([until, closing]);
    try {
      for (;;) {
        await this.#attend(signal);
        const chunk = await this.#nextChunk(signal);
        if (chunk !== undefined) yield* this.#handOut(chunk, signal);
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  /**
   * Commits everything that was handed out, or these offsets. BrokerRefused if the partitions are
   * not the member's any more, or a rebalance is under way.
   */
  async commit(offsets: readonly GroupOffset[] = this.#uncommitted()): Promise<void> {
    await this.#commit(offsets, {});
  }

  /**
   * Commits what was handed out, unless commits are the caller's or it says otherwise, and leaves
   * the group. The cluster stays open: it may be shared.
   */
  async close({ commit = true }: { readonly commit?: boolean } = {}): Promise<void> {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort();
    if (commit && !this.#membership.isLost) await this.#commitInPassing();
    // If nobody hears it, the group will notice.
    await passing(() => this.#membership.leave(CLOSE_TIMEOUT_MS));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async *#handOut(chunk: Chunk, signal: AbortSignal): AsyncGenerator<ConsumerRecord> {
    for (const record of chunk.records()) {
      this.#held.handOut(record);
      yield record;
      await this.#attend(signal);
      // Its partition may be another member's now, or begin anew at what was committed.
      if (this.#fetcher.isStale(chunk)) return;
    }
    this.#held.advance(chunk, chunk.nextOffset);
  }

  /** What is due before the next record. */
  async #attend(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    while (this.#membership.mustJoin) await this.#rejoin(signal);
    if (this.#commitDueMs() <= 0) await this.#commitInPassing();
  }

  /** Undefined: something else is due first. */
  async #nextChunk(signal: AbortSignal): Promise<Chunk | undefined> {
    const interruption = new AbortController();
    this.#interruption = interruption;
    if (this.#membership.mustJoin) return undefined;
    const dueMs = this.#commitDueMs();
    const timer = Number.isFinite(dueMs)
      ? this.#cluster.clock.schedule(dueMs, () => interruption.abort())
      : undefined;
    const topics = this.#watchTopics(interruption.signal);
    try {
      return await this.#fetcher.next(AbortSignal.any([signal, interruption.signal]));
    } catch (error) {
      if (signal.aborted || !interruption.signal.aborted) throw error;
      return undefined;
    } finally {
      timer?.cancel();
      interruption.abort();
      await topics;
    }
  }

  async #watchTopics(signal: AbortSignal): Promise<void> {
    if (await this.#topics?.haveChanged(signal) === true) this.#membership.rejoin();
  }

  async #rejoin(signal: AbortSignal): Promise<void> {
    await this.#giveUp();
    const topics = await (this.#topics as SubscribedTopics).names(signal);
    const owned = this.#held.all;
    const assigned = await this.#membership.join({ topics, owned, signal });
    if (assigned === undefined) return;
    const kept = new Set(assigned.map(textOf));
    const revoked = owned.filter((which) => !kept.has(textOf(which)));
    if (revoked.length > 0) {
      await this.#revoke(revoked);
      // Now that they are free, the others may get them.
      this.#membership.rejoin();
    }
    await this.#take(assigned.filter((which) => !this.#held.has(which)), signal);
  }

  /** What cannot be kept while the group shares its partitions anew. */
  async #giveUp(): Promise<void> {
    const owned = this.#held.all;
    if (this.#membership.isLost) {
      this.#drop(owned);
      await this.#tell("lost", owned);
    } else {
      await this.#commitInPassing();
      if (!this.#isCooperative) await this.#revoke(owned);
    }
  }

  async #revoke(partitions: readonly TopicPartition[]): Promise<void> {
    await this.#tell("revoked", partitions);
    if (this.#isCooperative) await this.#commitInPassing();
    this.#drop(partitions);
  }

  #drop(partitions: readonly TopicPartition[]): void {
    for (const which of partitions) {
      this.#fetcher.unassign(which);
      this.#held.remove(which);
    }
  }

  async #take(partitions: readonly TopicPartition[], signal: AbortSignal): Promise<void> {
    if (partitions.length > 0) {
      const { coordinator } = this.#membership;
      const committed = await coordinator.persist(
        () => fetchOffsets(coordinator, partitions, { requireStable: true }),
        { signal, timeoutMs: Number.POSITIVE_INFINITY },
      );
      // What was just read is as good as just committed.
      this.#committedAtMs = this.#cluster.clock.monotonic();
      const offsets = new Map(committed.map((one) => [textOf(one), one]));
      for (const which of partitions) {
        const { offset, leaderEpoch } = offsets.get(textOf(which)) ?? {};
        this.#held.add(which, offset);
        this.#fetcher.assign(which, offset ?? this.#startOf(which), leaderEpoch);
      }
    }
    await this.#tell("assigned", partitions);
  }

  #startOf({ topic, partition }: TopicPartition): StartOffset {
    const { reset = FETCH_DEFAULTS.reset, groupId } = this.#options;
    if (reset !== "fail") return reset;
    const what = `Cannot begin with ${topic}-${partition}`;
    throw new Fault("configuration", `${what}: group "${groupId}" has committed no offset of it`);
  }

  async #tell(type: Rebalance["type"], partitions: readonly TopicPartition[]): Promise<void> {
    if (partitions.length > 0) await this.#options.rebalanced?.({ type, partitions });
  }

  #uncommitted(): GroupOffset[] {
    return this.#held.uncommitted((which) => this.#fetcher.startOf(which));
  }

  /** Infinite: there is nothing to be committed. */
  #commitDueMs(): number {
    const { autoCommitMs } = this.#options;
    if (autoCommitMs === false || this.#uncommitted().length === 0) {
      return Number.POSITIVE_INFINITY;
    }
    return this.#committedAtMs + autoCommitMs - this.#cluster.clock.monotonic();
  }

  /** A refusal only means that some records will be read again. */
  async #commitInPassing(): Promise<void> {
    if (this.#options.autoCommitMs === false) return;
    this.#committedAtMs = this.#cluster.clock.monotonic();
    const timeoutMs = CLOSE_TIMEOUT_MS;
    await passing(() => this.#commit(this.#uncommitted(), { timeoutMs }));
  }

  async #commit(
    offsets: readonly GroupOffset[],
    options: { readonly timeoutMs?: number },
  ): Promise<void> {
    if (offsets.length === 0) return;
    const { coordinator } = this.#membership;
    const known = offsets.map((offset) => this.#held.withEpoch(offset));
    try {
      await coordinator.persist(async () => {
        const { committer } = this.#membership;
        for (const [offset, outcome] of await commitOffsets(coordinator, known, committer)) {
          if (outcome !== true) throw outcome;
          this.#held.committed(offset);
        }
      }, options);
    } catch (error) {
      this.#membership.note(error);
      throw error;
    }
  }
}

/** Does what may fail for a while, or for good. */
async function passing(action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (error) {
    const isPassing = error instanceof BrokerRefused ||
      (error instanceof Fault && error.kind === "network");
    if (!isPassing) throw error;
  }
}

function textOf({ topic, partition }: TopicPartition): string {
  return `${topic} ${partition}`;
}
