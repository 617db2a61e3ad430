// Operations on a log in any order, and crashes between them, against the model: whatever happened,
// reads, lookups and what is known of producers are what they must be. Repeats exactly for a seed.

import { type Lease, type Random, seededRandom } from "@odradek/base";
import type { LogConfig, PartitionLog } from "@odradek/log";
import { inlineJobs } from "@odradek/log/testing/inline_jobs";
import { markerBatch } from "@odradek/log/testing/batches";
import { SimulatedLog, SMALL_COMPACTION, SMALL_LOG } from "@odradek/log/testing/simulated_log";
import { Batch } from "@odradek/protocol/records/batch";
import { buildBatch } from "@odradek/protocol/records/builder";
import { checkCompacted, checkHoles, checkLog } from "./checks.ts";
import { LogModel } from "./model.ts";

export interface FuzzOptions {
  readonly seed: number;
  readonly steps: number;
  /** Hears of every operation. */
  readonly print?: (line: string) => void;
}

/** Throws if the log is not what the model says, with the operation that showed it. */
export async function fuzzLog(options: FuzzOptions): Promise<void> {
  const run = new Run(options);
  await run.open();
  for (let step = 0; step < options.steps; step++) await run.step(step);
}

interface Checkpoint {
  readonly recoveryPoint: number;
  readonly logStartOffset: number;
  readonly compactedTo: number | undefined;
}

/** A lease that is held over operations, and what it showed. */
interface Held {
  readonly lease: Lease;
  readonly bytes: Uint8Array;
}

const KEYS = 8;
const PRODUCERS = 3;

class Run {
  readonly #options: FuzzOptions;
  readonly #random: Random;
  readonly #world: SimulatedLog;
  readonly #isCompacted: boolean;
  readonly #model = new LogModel();
  #log!: PartitionLog;
  #held: Held[] = [];
  /** As the log directory's checkpoint files say. */
  #checkpoint: Checkpoint = { recoveryPoint: 0, logStartOffset: 0, compactedTo: undefined };
  #epoch = 0;
  readonly #sequences = new Map<number, number>();

  constructor(options: FuzzOptions) {
    this.#options = options;
    this.#random = seededRandom(options.seed);
    this.#world = new SimulatedLog(options.seed);
    this.#world.disk.latencyMsMax = 0.01;
    this.#isCompacted = options.seed % 3 === 0;
  }

  async open(): Promise<void> {
    await this.#world.format();
    this.#log = await this.#world.open({ config: this.#config() });
  }

  async step(step: number): Promise<void> {
    const [name, operate] = this.#choose();
    const { startOffset, endOffset } = this.#log;
    this.#options.print?.(`${step} [${startOffset}, ${endOffset}) ${name}`);
    try {
      await operate();
      this.#checkHeld();
      await checkLog(this.#world, this.#log, this.#model, this.#random);
    } catch (error) {
      const where = `seed ${this.#options.seed}, step ${step}, ${name}`;
      throw new Error(`${where}: ${String(error)}`, { cause: error });
    }
  }

  #choose(): readonly [string, () => Promise<void>] {
    const choices: (readonly [number, string, () => Promise<void>])[] = [
      [40, "append", () => this.#append()],
      [4, "append to a full disk", () => this.#appendToFullDisk()],
      [4, "roll", () => this.#world.settle(this.#log.roll())],
      [6, "flush", () => this.#world.settle(this.#log.flush())],
      [6, "checkpoint", () => this.#writeCheckpoint()],
      [4, "delete records", () => this.#deleteRecords()],
      [4, "retain", () => this.#retain()],
      [6, "hold a read", () => this.#hold()],
      [4, "let go of reads", () => Promise.resolve(this.#letGo())],
      [2, "wait", () => this.#world.clock.runUntil(this.#world.clock.monotonic() + 61_000)],
      [4, "close and open", () => this.#reopen()],
      [4, "kill", () => this.#crash(false)],
      [4, "lose power", () => this.#crash(true)],
      ...(this.#isCompacted
        ? [[8, "compact", () => this.#compact()] as const]
        : [
          [3, "truncate", () => this.#truncate()] as const,
          [1, "truncate fully", () => this.#truncateFully()] as const,
        ]),
    ];
    let at = this.#random.below(choices.reduce((sum, [weight]) => sum + weight, 0));
    for (const [weight, name, operate] of choices) {
      if ((at -= weight) < 0) return [name, operate];
    }
    throw new Error("Weights add up");
  }

  #config(): LogConfig {
    return {
      ...SMALL_LOG,
      segmentBytes: 1500,
      compaction: this.#isCompacted ? SMALL_COMPACTION : undefined,
    };
  }

  #nextBatch(baseOffset: number): Batch {
    const random = this.#random;
    if (random.below(10) === 0) this.#epoch++;
    const timestamp = 1000 + random.below(5000);
    const header = { baseOffset, leaderEpoch: this.#epoch, timestamp };
    const producerId = random.below(PRODUCERS * 2) - PRODUCERS;
    const isOpen = producerId >= 0 &&
      (this.#log.producers.get(producerId)?.transactionFirstOffset ?? -1) >= 0;
    if (isOpen && random.below(2) === 0) {
      const isCommit = random.below(2) === 0;
      return markerBatch({ ...header, producerId, producerEpoch: 0, isCommit });
    }
    const records = Array.from({ length: 1 + random.below(4) }, () => ({
      key: Uint8Array.of(random.below(KEYS)),
      value: random.below(6) === 0 ? null : random.bytes(random.below(200)),
      timestamp: timestamp - random.below(500),
    }));
    const codec = random.below(4) === 0 ? 1 : 0;
    if (producerId < 0) return new Batch(buildBatch(records, { ...header, codec }));
    const baseSequence = this.#sequences.get(producerId) ?? 0;
    this.#sequences.set(producerId, baseSequence + records.length);
    const isTransactional = producerId > 0;
    const producer = { producerId, producerEpoch: 0, baseSequence, isTransactional };
    return new Batch(buildBatch(records, { ...header, codec, ...producer }));
  }

  async #append(): Promise<void> {
    for (let i = this.#random.below(3); i >= 0; i--) {
      const batch = this.#nextBatch(this.#log.endOffset);
      await this.#world.append(this.#log, [batch]);
      this.#model.append([batch]);
    }
  }

  /** Refused, or taken whole where a new file has room; nothing in between. */
  async #appendToFullDisk(): Promise<void> {
    const { disk } = this.#world;
    const batch = this.#nextBatch(this.#log.endOffset);
    disk.isFull = true;
    try {
      await this.#world.append(this.#log, [batch]);
      this.#model.append([batch]);
    } catch (error) {
      if ((error as { kind?: string }).kind !== "disk full") throw error;
    }
    await this.#world.clock.runUntil(this.#world.clock.monotonic() + 10);
    disk.isFull = false;
    if (this.#log.failure !== undefined) await this.#crash(false);
  }

  async #truncate(): Promise<void> {
    this.#letGo();
    const { startOffset, endOffset } = this.#log;
    const offset = startOffset + this.#random.below(endOffset - startOffset + 2);
    await this.#world.settle(this.#log.truncateTo(offset));
    this.#model.truncateTo(offset);
    // Whoever truncates says so at once: an old recovery point would vouch for what comes next.
    await this.#writeCheckpoint();
  }

  async #truncateFully(): Promise<void> {
    this.#letGo();
    const offset = this.#log.endOffset + this.#random.below(50);
    await this.#world.settle(this.#log.truncateFully(offset));
    this.#model.truncateFully(offset);
    await this.#writeCheckpoint();
  }

  #deleteRecords(): Promise<void> {
    const { startOffset, endOffset } = this.#log;
    const offset = startOffset + this.#random.below(endOffset - startOffset + 1);
    this.#log.advanceStart(offset);
    this.#model.deleteBefore(offset);
    return Promise.resolve();
  }

  async #retain(): Promise<void> {
    const log = this.#log;
    const bytes = this.#isCompacted ? -1 : this.#random.below(2) * 3000 - 1;
    log.config = { ...log.config, retention: { ms: -1, bytes } };
    const expired = await this.#world.settle(log.expired(log.endOffset));
    if (expired.length === log.segments.length) await this.#world.settle(log.roll());
    log.removeFirst(expired);
    this.#model.deleteBefore(log.segments[0]?.baseOffset ?? 0);
  }

  async #compact(): Promise<void> {
    const log = this.#log;
    const stable = Math.min(log.endOffset, log.producers.firstUndecidedOffset(log.endOffset));
    const range = await this.#world.settle(log.compactionRange(stable));
    if (range === undefined) return;
    const { signal } = new AbortController();
    const jobs = inlineJobs(this.#world.files);
    await this.#world.settle(log.compact(range, { jobs, signal }));
    await checkCompacted(this.#world, this.#model);
  }

  async #hold(): Promise<void> {
    const { startOffset, endOffset } = this.#log;
    if (startOffset === endOffset) return;
    const offset = startOffset + this.#random.below(endOffset - startOffset);
    const read = { offset, upTo: endOffset, bytesMax: 500, minOneBatch: true };
    const { lease } = await this.#world.settle(Promise.resolve(this.#log.read(read)));
    if (lease !== undefined) this.#held.push({ lease, bytes: lease.bytes.slice() });
  }

  #checkHeld(): void {
    for (const { lease, bytes } of this.#held) {
      if (!Buffer.from(lease.bytes).equals(bytes)) throw new Error("Leased bytes have changed");
    }
  }

  #letGo(): void {
    for (const { lease } of this.#held) lease.release();
    this.#held = [];
  }

  #writeCheckpoint(): Promise<void> {
    const { recoveryPoint, startOffset: logStartOffset, compactedTo } = this.#log;
    this.#checkpoint = { recoveryPoint, logStartOffset, compactedTo };
    return Promise.resolve();
  }

  async #reopen(): Promise<void> {
    this.#letGo();
    await this.#world.settle(this.#log.close());
    await this.#writeCheckpoint();
    this.#world.crash();
    await this.#openAgain(true);
  }

  async #crash(losesPower: boolean): Promise<void> {
    this.#held = [];
    const { recoveryPoint } = this.#log;
    this.#world.crash({ losesPower });
    await this.#openAgain(false);
    const { startOffset, endOffset } = this.#log;
    const least = losesPower ? recoveryPoint : this.#model.endOffset;
    if (endOffset < least) throw new Error(`It ends at ${endOffset}, ${least} was on disk`);
    // What is left may lie below the start: then nothing is.
    if (startOffset === endOffset) this.#model.truncateFully(endOffset);
    else this.#model.truncateTo(endOffset);
    // Records that were deleted may be back; a first segment may be lost as a whole.
    const { startOffset: before } = this.#model;
    const isBack = startOffset <= before && startOffset >= this.#checkpoint.logStartOffset;
    const isLost = losesPower && recoveryPoint <= before;
    if (!isBack && !isLost && startOffset !== endOffset) {
      throw new Error(`It starts at ${startOffset}`);
    }
    this.#model.startOffset = startOffset;
    if (losesPower && this.#isCompacted) {
      await checkHoles(this.#world, this.#model, recoveryPoint);
    }
  }

  async #openAgain(wasClean: boolean): Promise<void> {
    const config = this.#config();
    this.#log = await this.#world.open({ wasClean, config, ...this.#checkpoint });
    for (const [producerId] of this.#sequences) {
      const last = this.#log.producers.get(producerId)?.batches.at(-1)?.lastSequence ?? -1;
      this.#sequences.set(producerId, last + 1);
    }
  }
}
