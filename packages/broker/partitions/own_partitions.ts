// The calls on partitions that this reactor owns itself.

import { type Clock, Fault, type Uuid } from "@odradek/base";
import type { EpochEnd } from "@odradek/log";
import { Batch } from "@odradek/protocol/records/batch";
import type { ErrorName } from "@odradek/protocol/errors";
import { Refusal } from "@odradek/protocol/refusal";
import type { Throttle } from "../replication/throttle.ts";
import { bytesFor, fetchFrom } from "./fetch.ts";
import { endOfEpoch, type FoundOffset, offsetFor } from "./offsets.ts";
import type { Appended, Partition } from "./partition.ts";
import type { Partitions } from "./partitions.ts";
import {
  attempt,
  attemptAsync,
  isRefused,
  type Outcome,
  type Refused,
  refusedBy,
} from "./refused.ts";
import type {
  AppendAnswer,
  AppendCall,
  AppendTerms,
  DeleteAnswer,
  DeleteCall,
  DeleteTerms,
  EpochCall,
  FetchAnswer,
  FetchCall,
  FetchLimits,
  LocatedAnswer,
  MaybePromise,
  OffsetCall,
  Outcomes,
  PartitionRef,
  PartitionService,
  ProducersAnswer,
  WaitTerms,
} from "./service.ts";
import { waitFor } from "./waiters.ts";

export class OwnPartitions implements PartitionService {
  readonly #partitions: Partitions;
  readonly #clock: Clock;
  readonly #throttle: Throttle | undefined;

  /** `throttle`: of what followers get. */
  constructor(partitions: Partitions, clock: Clock, throttle?: Throttle) {
    this.#partitions = partitions;
    this.#clock = clock;
    this.#throttle = throttle;
  }

  append(calls: readonly AppendCall[], terms: AppendTerms): MaybePromise<Outcomes<AppendAnswer>> {
    return together(calls.map((call) => this.#append(call, terms)));
  }

  #append(call: AppendCall, terms: AppendTerms): MaybePromise<Outcome<AppendAnswer>> {
    try {
      return this.#appendTo(this.#find(call), call, terms);
    } catch (error) {
      return refusedBy(error);
    }
  }

  #appendTo(
    partition: Partition,
    call: AppendCall,
    terms: AppendTerms,
  ): MaybePromise<Outcome<AppendAnswer>> {
    try {
      const { leaderEpoch } = partition;
      const { timeoutMs } = terms;
      const appended = partition.append(new Batch(call.batch), call.acks);
      if (!(appended instanceof Promise)) {
        const isDone = call.acks !== ACKS_ALL || isCommitted(partition, appended);
        if (isDone) return appended;
        return attemptAsync(() => this.#commit(partition, appended, { leaderEpoch, timeoutMs }));
      }
      return this.#attempt(partition, async () => {
        const done = await appended;
        if (call.acks !== ACKS_ALL) return done;
        return await this.#commit(partition, done, { leaderEpoch, timeoutMs });
      }).then((outcome) => isRefused(outcome) ? withLogStart(outcome, partition) : outcome);
    } catch (error) {
      return withLogStart(this.#refused(partition, error), partition);
    }
  }

  /** The batch is in the log; it may take its time until the in-sync replicas have it. */
  async #commit(
    partition: Partition,
    appended: Appended,
    { timeoutMs, leaderEpoch }: AppendTerms & { readonly leaderEpoch: number },
  ): Promise<AppendAnswer> {
    // In another epoch of its own the log may have been another one in between.
    const isLed = (): boolean => partition.isLeader && partition.leaderEpoch === leaderEpoch;
    const end = await waitFor({
      waitables: [partition],
      isReady: () => isCommitted(partition, appended) || !isLed(),
      timeoutMs,
      clock: this.#clock,
    });
    if (!isLed()) throw this.#notLed(partition.topicId);
    if (end !== "ready") throw new Refusal("REQUEST_TIMED_OUT");
    partition.checkStillInSync();
    return appended;
  }

  fetch(
    calls: readonly FetchCall[],
    limits: FetchLimits,
  ): MaybePromise<Outcomes<FetchAnswer>> {
    const throttle = this.#throttle;
    const terms = { ...limits, bytesLeft: limits.bytesMax, minOneBatch: true, throttle };
    return this.#fetchFrom(calls, terms, []);
  }

  /** From the first call without an answer on; waits only where bytes are not in memory. */
  #fetchFrom(
    calls: readonly FetchCall[],
    terms: TermsSoFar,
    answers: Outcome<FetchAnswer>[],
  ): MaybePromise<Outcomes<FetchAnswer>> {
    for (let i = answers.length; i < calls.length; i++) {
      const fetched = this.#fetchOne(calls[i] as FetchCall, terms);
      if (fetched instanceof Promise) {
        return fetched.then((answer) => {
          answers.push(answer);
          counted(answer, terms);
          return this.#fetchFrom(calls, terms, answers);
        });
      }
      answers.push(fetched);
      counted(fetched, terms);
    }
    return answers;
  }

  #fetchOne(call: FetchCall, terms: TermsSoFar): MaybePromise<Outcome<FetchAnswer>> {
    let partition: Partition | undefined;
    try {
      partition = this.#find(call);
      const fetched = fetchFrom(partition, call, terms);
      return fetched instanceof Promise ? this.#attempt(partition, () => fetched) : fetched;
    } catch (error) {
      return partition === undefined ? refusedBy(error) : this.#refused(partition, error);
    }
  }

  async #attempt<T extends object>(
    partition: Partition,
    action: () => Promise<T>,
  ): Promise<Outcome<T>> {
    try {
      return await action();
    } catch (error) {
      return this.#refused(partition, error);
    }
  }

  /** A fault of the disk is one of all partitions on it. */
  #refused(partition: Partition, error: unknown): Refused {
    if (error instanceof Fault) this.#partitions.failed(partition, error);
    return refusedBy(error);
  }

  async waitForData(calls: readonly FetchCall[], terms: WaitTerms): Promise<void> {
    const found = calls.map((call) => ({
      call,
      partition: this.#partitions.get(call.topicId, call.partition),
    })).filter((one) => one.partition !== undefined) as { call: FetchCall; partition: Partition }[];
    const epochs = found.map(({ partition }) => partition.leaderEpoch);
    const all = { ...terms, throttle: this.#throttle };
    const available = (): number =>
      found.reduce((sum, { call, partition }) => sum + bytesOrFault(partition, call, all), 0);
    await waitFor({
      waitables: found.flatMap(({ partition }) =>
        terms.replicaId < 0 ? [partition] : [partition, partition.followers]
      ),
      isReady: () =>
        found.some(({ partition }, i) => partition.leaderEpoch !== epochs[i]) ||
        available() >= terms.bytesMin,
      timeoutMs: terms.timeoutMs,
      clock: this.#clock,
      signal: terms.signal,
    });
  }

  async offsets(calls: readonly OffsetCall[]): Promise<Outcomes<FoundOffset>> {
    return await Promise.all(
      calls.map((call) =>
        attemptAsync(async () => {
          const partition = this.#find(call);
          return await this.#attempt(partition, () => offsetFor(partition, call));
        })
      ),
    );
  }

  epochEnds(calls: readonly EpochCall[]): Outcomes<EpochEnd> {
    return calls.map((call) => attempt(() => endOfEpoch(this.#find(call), call)));
  }

  async deleteRecords(
    calls: readonly DeleteCall[],
    terms: DeleteTerms,
  ): Promise<Outcomes<DeleteAnswer>> {
    return await Promise.all(calls.map((call) =>
      attemptAsync(async () => {
        const partition = this.#find(call);
        return await this.#attempt(partition, () => this.#deleteFrom(partition, call, terms));
      })
    ));
  }

  /** It is done when the followers that live do not have the records either. */
  async #deleteFrom(
    partition: Partition,
    { offset }: DeleteCall,
    { timeoutMs }: DeleteTerms,
  ): Promise<DeleteAnswer> {
    const { leaderEpoch } = partition;
    const wanted = partition.deleteRecordsBefore(offset);
    const leads = (): boolean => partition.isLeader && partition.leaderEpoch === leaderEpoch;
    const end = await waitFor({
      waitables: [partition],
      isReady: () => !leads() || partition.lowWatermark >= wanted,
      timeoutMs,
      clock: this.#clock,
    });
    if (!leads()) throw this.#notLed(partition.topicId);
    return { lowWatermark: partition.lowWatermark, isLate: end !== "ready" };
  }

  producers(calls: readonly PartitionRef[]): Outcomes<ProducersAnswer> {
    return calls.map((call) =>
      attempt(() => {
        const partition = this.#find(call);
        partition.checkLeader();
        return { producers: partition.log.producers.all() };
      })
    );
  }

  located(calls: readonly PartitionRef[]): Outcomes<LocatedAnswer> {
    return calls.map((call) =>
      attempt(() => {
        const { log, highWatermark } = this.#find(call);
        const directoryId = this.#partitions.directoryOf(call.topicId, call.partition);
        const lag = Math.max(0, highWatermark - log.endOffset);
        return { directoryId, sizeBytes: log.sizeBytes, lag };
      })
    );
  }

  #find({ topicId, partition }: PartitionRef): Partition {
    const found = this.#partitions.usable(topicId, partition);
    if (found === undefined) throw this.#notLed(topicId);
    return found;
  }

  /**
   * The caller has seen the topic in metadata that are not newer than these: if it is not in them,
   * it was deleted; else another broker leads the partition.
   */
  #notLed(topicId: Uuid): Refusal {
    const isDeleted = !this.#partitions.hasTopic(topicId);
    return new Refusal(isDeleted ? "UNKNOWN_TOPIC_OR_PARTITION" : "NOT_LEADER_OR_FOLLOWER");
  }
}

/** Of a fetch, while its calls are answered one after the other. */
interface TermsSoFar extends FetchLimits {
  bytesLeft: number;
  minOneBatch: boolean;
}

function counted(answer: Outcome<FetchAnswer>, terms: TermsSoFar): void {
  if (isRefused(answer) || answer.sizeBytes <= 0) return;
  terms.bytesLeft = Math.max(0, terms.bytesLeft - answer.sizeBytes);
  terms.minOneBatch = false;
}

/** Endless where the disk fails: the fetch that follows will say so. */
function bytesOrFault(partition: Partition, call: FetchCall, terms: WaitTerms): number {
  try {
    return bytesFor(partition, call, terms);
  } catch (error) {
    if (error instanceof Fault) return Number.POSITIVE_INFINITY;
    throw error;
  }
}

const ACKS_ALL = -1;

/**
 * With these errors Kafka's produce answers do not tell where the log starts; with others they do.
 */
const WITHOUT_LOG_START = new Set<ErrorName>([
  "UNKNOWN_TOPIC_OR_PARTITION",
  "NOT_LEADER_OR_FOLLOWER",
  "NOT_ENOUGH_REPLICAS",
  "REQUEST_TIMED_OUT",
  "MESSAGE_TOO_LARGE",
  "RECORD_LIST_TOO_LARGE",
  "CORRUPT_MESSAGE",
  "KAFKA_STORAGE_ERROR",
]);

function withLogStart(refused: Refused, { log }: Partition): Refused {
  return WITHOUT_LOG_START.has(refused.refused)
    ? refused
    : { ...refused, logStartOffset: log.startOffset };
}

function isCommitted(partition: Partition, { nextOffset }: Appended): boolean {
  return partition.highWatermark >= nextOffset;
}

/** Without a promise if none is among them: most appends are done at once. */
function together<T>(results: readonly MaybePromise<T>[]): MaybePromise<readonly T[]> {
  if (results.some((result) => result instanceof Promise)) return Promise.all(results);
  return results as readonly T[];
}
