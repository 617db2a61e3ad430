// The coordinator of one partition that this broker leads. It loads the partition's log into a
// state, then decides, appends and answers, until the partition is led by somebody else.
//
// | phase   | calls are answered with       | leaves to                                      |
// |---------|-------------------------------|------------------------------------------------|
// | loading | COORDINATOR_LOAD_IN_PROGRESS  | serving; failed if the log cannot be read      |
// | serving | what the fold decides         | loading if an append has failed                |
// | failed  | NOT_COORDINATOR               |                                                |
// | closed  | NOT_COORDINATOR               |                                                |
//
// A decision whose records cannot be appended, as far as that can be seen, is not taken: nothing
// has happened. If the append fails all the same, what was decided since cannot be told from what
// was not: the state is dropped and loaded again.

import { type Clock, reason, type Timer } from "@odradek/base";
import { BATCH_HEADER_BYTES } from "@odradek/protocol/records/batch";
import { Refusal } from "@odradek/protocol/refusal";
import type { Partition } from "../partitions/partition.ts";
import { waitFor } from "../partitions/waiters.ts";
import type { Decision, DeletedTopic, Fold, FoldTypes, TimerChange } from "./fold.ts";
import { Gathered, sizeOf } from "./gathered.ts";
import { KeyedTimers } from "./keyed_timers.ts";
import { load, type Loaded } from "./loading.ts";
import { Pace } from "./pace.ts";
import { appendRefusal } from "./refusals.ts";
import { Slices } from "./slices.ts";
import { Versions } from "./versions.ts";

export interface ShardSettings {
  /** How long records are gathered; -1: as long as it costs nobody much. */
  readonly lingerMs: number;
  /** How long a caller waits for the replicas. */
  readonly commitTimeoutMs: number;
  readonly loadBytes: number;
  /** Of the batches that it writes. */
  readonly codec: number;
}

export interface ShardOptions<T extends FoldTypes> {
  readonly fold: Fold<T>;
  readonly partition: Partition;
  readonly settings: ShardSettings;
  readonly clock: Clock;
  readonly warn: (message: string, error: unknown) => void;
}

/** Of a command that nobody waits for. */
const NOBODY = 0;
/** What was due and could not be written is due again. */
const RETRY_MS = 500;
/** A disk that has just failed is not asked again at once. */
const RELOAD_MS = 1000;

export class Shard<T extends FoldTypes> {
  readonly partition: Partition;
  readonly #options: ShardOptions<T>;
  readonly #timers: KeyedTimers<T["command"]>;
  readonly #pace: Pace;
  readonly #calls = new Map<number, PromiseWithResolvers<T["reply"]>>();
  #nextCall = NOBODY + 1;
  #phase: "loading" | "serving" | "failed" | "closed" = "loading";
  /** Aborts when the present state is dropped. */
  #life = new AbortController();
  #leaderEpoch: number;
  #next: T["state"];
  #versions: Versions<T["state"], T["reply"]>;
  /** Of `next`: records on their way into the log count. */
  #endOffset = 0;
  /** Of the log, when it was read. */
  #loadedEndOffset = 0;
  /** Everything below has come to be committed. */
  #committedEndOffset = 0;
  #gathered = new Gathered(0);
  #chores: Timer | undefined;
  /** Topics that were deleted while it loaded. */
  #forgotten: DeletedTopic[] = [];

  constructor(options: ShardOptions<T>) {
    const { fold, partition, clock, settings } = options;
    this.#options = options;
    this.partition = partition;
    this.#leaderEpoch = partition.leaderEpoch;
    this.#timers = new KeyedTimers(clock, (key, command) => this.#fire(key, command));
    this.#pace = new Pace(clock, settings.lingerMs, () => this.#flush());
    this.#next = fold.empty;
    this.#versions = new Versions(fold.empty);
    void this.#start();
  }

  /** The partition is still led, perhaps in another epoch. */
  lead(leaderEpoch: number): void {
    this.#leaderEpoch = leaderEpoch;
  }

  /** The partition is not led any more. */
  close(): void {
    if (this.#phase === "closed") return;
    this.#phase = "closed";
    this.#drop(new Refusal("NOT_COORDINATOR"));
  }

  /** Resolves when the reply may leave; rejects with Refusal. */
  ask(command: T["command"]): Promise<T["reply"]> {
    const call = this.#nextCall++;
    const waiting = Promise.withResolvers<T["reply"]>();
    this.#calls.set(call, waiting);
    try {
      this.#checkServing();
      this.#decide(command, call);
    } catch (error) {
      this.#calls.delete(call);
      waiting.reject(error);
    }
    return waiting.promise;
  }

  /**
   * Of what is committed. Refuses; also while a new leader does not know yet that what it has read
   * is committed, if the answer must be current: the leader before may have told of it.
   */
  query(query: T["query"]): T["reply"] {
    this.#checkServing();
    const isCurrent = this.#committedEndOffset >= this.#loadedEndOffset;
    if (!isCurrent && this.#options.fold.mustBeCurrent(query)) {
      throw new Refusal("COORDINATOR_LOAD_IN_PROGRESS");
    }
    return this.#options.fold.answer(this.#versions.committed, query);
  }

  /** What is kept of these topics goes, in the background. */
  forget(topics: readonly DeletedTopic[]): void {
    if (this.#phase === "loading") this.#forgotten.push(...topics);
    if (this.#phase !== "serving") return;
    void this.#sweep(this.#options.fold.forget(this.#next, topics), this.#life.signal);
  }

  #checkServing(): void {
    if (this.#phase === "serving") return;
    throw new Refusal(
      this.#phase === "loading" ? "COORDINATOR_LOAD_IN_PROGRESS" : "NOT_COORDINATOR",
    );
  }

  async #start(): Promise<void> {
    const { fold, partition, clock, settings, warn } = this.#options;
    const { signal } = this.#life;
    try {
      const loaded = await load({
        fold,
        log: partition.log,
        highWatermark: () => partition.highWatermark,
        bytesMax: settings.loadBytes,
        clock,
        signal,
      });
      signal.throwIfAborted();
      this.#take(loaded, signal);
      await this.#sweep(fold.resume(loaded.state), signal);
      signal.throwIfAborted();
      this.#phase = "serving";
      this.#planChores();
      if (this.#forgotten.length > 0) this.forget(this.#forgotten.splice(0));
    } catch (error) {
      if (signal.aborted) return;
      this.#phase = "failed";
      this.#drop(new Refusal("NOT_COORDINATOR"));
      const { topic, partition: number } = partition;
      warn(`Cannot load ${topic}-${number}: ${reason(error)}`, error);
    }
  }

  #take({ state, committed, endOffset }: Loaded<T["state"]>, signal: AbortSignal): void {
    const isCommitted = this.partition.highWatermark >= endOffset;
    this.#next = state;
    this.#endOffset = endOffset;
    this.#loadedEndOffset = endOffset;
    this.#committedEndOffset = isCommitted ? endOffset : 0;
    this.#gathered = new Gathered(endOffset);
    this.#versions = new Versions(isCommitted ? state : committed);
    if (isCommitted) return;
    this.#versions.take(endOffset, { state, replies: [] }, true);
    void this.#commit(endOffset, signal);
  }

  /** Throws what the decision refuses, or the log: then nothing has happened. */
  #decide(command: T["command"], call: number): void {
    const { fold, clock } = this.#options;
    const given = { now: clock.now(), call, nextOffset: this.#endOffset };
    const decision = fold.decide(this.#next, command, given);
    const isAppended = decision.records.length > 0;
    if (isAppended) this.#gather(decision, given.now);
    const { state, replies, timers } = decision;
    this.#next = state;
    this.#endOffset += decision.records.length;
    for (const change of timers) this.#plan(change);
    const leaving = this.#versions.take(this.#endOffset, { state, replies }, isAppended);
    for (const { call: to, body } of leaving) this.#reply(to, body);
    if (isAppended) this.#pace.plan();
  }

  /** Refuses records that the log would not take. */
  #gather({ records, mayBeSplit }: Decision<T>, now: number): void {
    const { fold, partition } = this.#options;
    const { signal } = this.#life;
    checkAppend(partition, this.#leaderEpoch);
    const { messageBytesMax, segmentBytes } = partition.config;
    const bytesMax = Math.min(messageBytesMax, segmentBytes);
    const stored = records.map((record) => fold.encode(record));
    const units = mayBeSplit ? stored.map((one) => [one]) : [stored];
    if (units.some((unit) => BATCH_HEADER_BYTES + sizeOf(unit) > bytesMax)) {
      throw appendRefusal(new Refusal("RECORD_LIST_TOO_LARGE"));
    }
    for (const unit of units) {
      if (this.#gathered.sizeBytes + sizeOf(unit) > bytesMax) this.#flush();
      // What was gathered before may have failed just now, and the state is dropped.
      signal.throwIfAborted();
      this.#gathered.add(unit, now);
    }
  }

  #flush(): void {
    const gathered = this.#gathered;
    if (gathered.count === 0) return;
    this.#gathered = new Gathered(gathered.endOffset);
    void this.#append(gathered, this.#life.signal);
  }

  async #append(gathered: Gathered, signal: AbortSignal): Promise<void> {
    const { partition, settings } = this.#options;
    try {
      const batch = gathered.toBatch(settings.codec);
      const appending = partition.appendOwn(batch, this.#leaderEpoch);
      const { nextOffset } = appending instanceof Promise ? await appending : appending;
      if (signal.aborted) return;
      if (nextOffset !== gathered.endOffset) {
        throw new Refusal("NOT_LEADER_OR_FOLLOWER", "Somebody else has written to the partition");
      }
    } catch (error) {
      return this.#fail(error, signal);
    }
    await this.#commit(gathered.endOffset, signal);
  }

  /** Waits for the replicas, however long it takes; the callers wait a while only. */
  async #commit(endOffset: number, signal: AbortSignal): Promise<void> {
    const { partition, clock, settings: { commitTimeoutMs: timeoutMs } } = this.#options;
    const isReady = (): boolean => partition.highWatermark >= endOffset || !partition.isLeader;
    while (!isReady()) {
      const end = await waitFor({ waitables: [partition], isReady, timeoutMs, clock, signal });
      if (signal.aborted) return;
      if (end === "timeout") this.#giveUp(endOffset);
    }
    // A leader that is none any more hears of it by `close`.
    if (partition.highWatermark < endOffset) return;
    this.#committedEndOffset = Math.max(this.#committedEndOffset, endOffset);
    for (const { call, body } of this.#versions.commitTo(endOffset)) this.#reply(call, body);
  }

  #giveUp(endOffset: number): void {
    const refusal = appendRefusal(new Refusal("REQUEST_TIMED_OUT"));
    for (const call of this.#versions.giveUp(endOffset)) {
      this.#calls.get(call)?.reject(refusal);
      this.#calls.delete(call);
    }
  }

  #reply(call: number, body: T["reply"]): void {
    this.#calls.get(call)?.resolve(body);
    this.#calls.delete(call);
  }

  /** An append has failed: only the log knows what it has. */
  #fail(error: unknown, signal: AbortSignal): void {
    if (signal.aborted) return;
    const { partition: { topic, partition }, clock, warn } = this.#options;
    warn(`Cannot write to ${topic}-${partition}: ${reason(error)}`, error);
    this.#drop(appendRefusal(error));
    this.#phase = "loading";
    clock.schedule(RELOAD_MS, () => {
      if (this.#phase === "loading") void this.#start();
    });
  }

  #drop(refusal: Refusal): void {
    this.#life.abort(refusal);
    this.#life = new AbortController();
    this.#timers.cancelAll();
    this.#chores?.cancel();
    this.#gathered = new Gathered(0);
    this.#next = this.#options.fold.empty;
    this.#versions = new Versions(this.#options.fold.empty);
    for (const { reject } of this.#calls.values()) reject(refusal);
    this.#calls.clear();
  }

  #plan({ key, due }: TimerChange<T["command"]>): void {
    if (due === undefined) this.#timers.cancel(key);
    else this.#timers.set(key, due.afterMs, due.command);
  }

  #fire(key: string, command: T["command"]): void {
    const { signal } = this.#life;
    try {
      this.#decide(command, NOBODY);
    } catch (error) {
      if (signal.aborted) return;
      const { warn } = this.#options;
      if (error instanceof Refusal) this.#timers.set(key, RETRY_MS, command);
      else warn(`Bug in a timer of a coordinator: ${reason(error)}`, error);
    }
  }

  #planChores(): void {
    const { fold, clock } = this.#options;
    const { signal } = this.#life;
    this.#chores = clock.schedule(fold.choresMs, () => {
      void this.#sweep(fold.chores(this.#next), signal).then(() => {
        if (!signal.aborted) this.#planChores();
      });
    });
  }

  /** Many decisions that nobody waits for. Ends early if the log takes nothing. */
  async #sweep(commands: Iterable<T["command"]>, signal: AbortSignal): Promise<void> {
    const { clock, warn } = this.#options;
    const slices = new Slices(clock, signal);
    try {
      for (const command of commands) {
        this.#decide(command, NOBODY);
        signal.throwIfAborted();
        if (slices.isOverAfterStep) await slices.pause();
      }
    } catch (error) {
      if (signal.aborted || error instanceof Refusal) return;
      warn(`Bug in the chores of a coordinator: ${reason(error)}`, error);
    }
  }
}

/** Refuses in the words of a coordinator. */
function checkAppend(partition: Partition, leaderEpoch: number): void {
  try {
    partition.checkOwnAppend(leaderEpoch);
  } catch (error) {
    throw appendRefusal(error);
  }
}
