// A partition's log: segments in offset order, the producers and leader epochs that they hold, and
// the rules of appending, rolling and reading. It belongs to one thread. It knows no leader and no
// high watermark: those are the partition's, which owns it.

import { assert, type Clock, type Files } from "@odradek/base";
import { type Batch } from "@odradek/protocol/records/batch";
import { Refusal } from "@odradek/protocol/refusal";
import { compact, type CompactContext, findRange } from "./compaction/compact.ts";
import type { CompactionConfig, CompactionRange } from "./compaction/range.ts";
import { LogCore } from "./core.ts";
import type { EpochEnd, LeaderEpochs } from "./epochs.ts";
import { type ProducerStates, replay } from "./producers/producers.ts";
import { writeSnapshot } from "./producers/snapshot_files.ts";
import { type LogSlice, type ReadRequest, readSegment } from "./reads.ts";
import { expired, removeFirst } from "./removal.ts";
import type { RetentionLimits } from "./retention.ts";
import { roll } from "./rolling.ts";
import { mustRoll, type RollConfig } from "./segments/roll.ts";
import { type Segment } from "./segments/segment.ts";
import type { AbortedTransaction } from "./segments/transaction_index.ts";
import { truncateFully, truncateTo } from "./truncation.ts";

/** The topic's configuration as far as a log follows it; bytes and ms. */
export interface LogConfig extends RollConfig {
  readonly indexIntervalBytes: number;
  /** Records that may be unsynced before an append waits for the disk. */
  readonly flushMessages: number;
  /** How long an appended record may be unsynced. */
  readonly flushMs: number;
  /** Producer ids that were idle for so long are forgotten. */
  readonly producerIdleMsMax: number;
  /** Undefined: every record is kept until its segment goes. */
  readonly compaction: CompactionConfig | undefined;
  /** Undefined: only what lies below the log's start goes. */
  readonly retention: RetentionLimits | undefined;
  /** How long the files of removed segments stay, renamed. */
  readonly deleteDelayMs: number;
}

/** What a log is made of; `openLog` finds it on disk. */
export interface LogState {
  readonly directory: string;
  readonly config: LogConfig;
  /** Not empty; ascending. */
  readonly segments: readonly Segment[];
  readonly producers: ProducerStates;
  readonly epochs: LeaderEpochs;
  readonly startOffset: number;
  readonly endOffset: number;
  readonly recoveryPoint: number;
  /** Where the last round of compaction ended; undefined: there was none. */
  readonly compactedTo: number | undefined;
}

export class PartitionLog {
  readonly #core: LogCore;

  constructor(state: LogState, files: Files, clock: Clock) {
    this.#core = new LogCore(state, files, clock);
  }

  get directory(): string {
    return this.#core.directory;
  }

  get config(): LogConfig {
    return this.#core.config;
  }

  set config(config: LogConfig) {
    this.#core.config = config;
  }

  /** Another object after a truncation. */
  get producers(): ProducerStates {
    return this.#core.producers;
  }

  get epochs(): LeaderEpochs {
    return this.#core.epochs;
  }

  /** Set when the disk failed behind an append's back; every append throws it from then on. */
  get failure(): Error | undefined {
    return this.#core.durability.failure;
  }

  /** The first offset that may be read. */
  get startOffset(): number {
    return this.#core.startOffset;
  }

  /** The offset of the next record. */
  get endOffset(): number {
    return this.#core.endOffset;
  }

  /** Everything below survives the end of the machine. */
  get recoveryPoint(): number {
    return this.#core.durability.recoveryPoint;
  }

  /** Where the last round of compaction ended; undefined: there was none. */
  get compactedTo(): number | undefined {
    return this.#core.compactedTo;
  }

  get segments(): readonly Segment[] {
    return this.#core.segments;
  }

  get sizeBytes(): number {
    return this.#core.list.sizeBytes;
  }

  /** Whether so many records wait for the disk that the topic wants them synced now. */
  get isFlushDue(): boolean {
    return this.endOffset - this.recoveryPoint >= this.config.flushMessages;
  }

  /** Whether a new segment must begin before these batches: call `roll` first. */
  mustRoll(batches: readonly Batch[]): boolean {
    const { config, list, clock } = this.#core;
    return mustRoll(list.active, batches, { config, now: clock.now() });
  }

  /**
   * Appends batches whose offsets and leader epochs are set and follow each other. When it
   * returns they can be read. Fault if the disk does not take them: then nothing has changed.
   */
  append(batches: readonly Batch[]): void {
    const core = this.#core;
    core.durability.check();
    const [first] = batches;
    assert(
      first !== undefined && first.baseOffset >= core.endOffset,
      "Appends follow the end",
      {
        directory: this.directory,
        baseOffset: first?.baseOffset,
        endOffset: core.endOffset,
      },
    );
    const { active } = core.list;
    active.append(batches, core.config.indexIntervalBytes);
    for (const batch of batches) {
      this.assignEpoch(batch.leaderEpoch, batch.baseOffset);
      const aborted = replay(core.producers, batch);
      if (aborted !== undefined) active.transactions.append(aborted);
      core.publish({ endOffset: batch.nextOffset });
    }
  }

  /** A leader's epoch begins at the log's end, before anything is appended in it. */
  assignEpoch(epoch: number, startOffset: number): void {
    if (this.epochs.assign(epoch, startOffset)) this.#core.writeEpochs();
  }

  /**
   * Begins a new segment at the end, or further on where a follower's leader has a gap. Nothing may
   * be appended until it is done.
   */
  roll(baseOffset: number = this.endOffset): Promise<void> {
    return roll(this.#core, baseOffset);
  }

  /**
   * Bytes from the batch that holds an offset on; a promise if they must be read from disk. Refuses
   * with OFFSET_OUT_OF_RANGE if the offset has left the log meanwhile.
   */
  read(request: ReadRequest): LogSlice | Promise<LogSlice> {
    const index = this.#core.list.indexOf(request.offset);
    const segment = this.segments[index];
    assert(segment !== undefined, "A read lies within the log", {
      offset: request.offset,
    });
    const end = this.segments[index + 1]?.baseOffset ?? this.endOffset;
    const slice = readSegment(segment, end, request);
    if (slice === "next segment") return this.read({ ...request, offset: end });
    if (!("coldFrom" in slice)) return slice;
    const { coldFrom, coldTo } = slice;
    return segment.warm(coldFrom, coldTo - coldFrom).then(() => {
      const { offset } = request;
      if (offset >= this.startOffset && offset <= this.endOffset) return this.read(request);
      throw new Refusal("OFFSET_OUT_OF_RANGE");
    });
  }

  /** The segment in which an offset lies or would lie. */
  segmentOf(offset: number): Segment | undefined {
    return this.segments[this.#core.list.indexOf(offset)];
  }

  /** The end of a segment: where the next one begins, or the log ends. */
  endOf(segment: Segment): number {
    return this.#core.endOf(segment);
  }

  /** The aborted transactions that overlap the bytes that a read gave, by their first offsets. */
  abortedIn(read: ReadRequest, sizeBytes: number): AbortedTransaction[] {
    if (sizeBytes === 0) return [];
    let to: number | undefined;
    const aborted: AbortedTransaction[] = [];
    for (let i = this.#core.list.indexOf(read.offset); i < this.segments.length; i++) {
      const segment = this.segments[i] as Segment;
      if (segment.aborted.length === 0) continue;
      to ??= this.#upperOffset(read, sizeBytes);
      const { found, isDone } = segment.transactions.overlapping(read.offset, to);
      aborted.push(...found);
      if (isDone) break;
    }
    return aborted.sort((a, b) => a.firstOffset - b.firstOffset);
  }

  /** No record at or above it was read; near it, as the index goes. */
  #upperOffset(read: ReadRequest, sizeBytes: number): number {
    const { offset, upTo } = read;
    const segment = this.segmentOf(offset) as Segment;
    const end = this.endOf(segment);
    const place = segment.locate(offset);
    // A gap that compaction left: the next segment was read.
    if (place === undefined) {
      return end >= upTo ? upTo : this.#upperOffset({ ...read, offset: end }, sizeBytes);
    }
    return Math.min(upTo, segment.offsetIndex.offsetFrom(place.position + sizeBytes) ?? end);
  }

  /** Where an epoch ended, as `LeaderEpochs.endOffsetFor`. */
  endOffsetForEpoch(epoch: number): EpochEnd {
    return this.epochs.endOffsetFor(epoch, this.endOffset);
  }

  /** Records below are gone for readers; whole segments of them may be removed. */
  advanceStart(offset: number): void {
    this.#core.advanceStart(offset);
  }

  /** The segments that have had their time; all of them: the active one must be rolled first. */
  expired(highWatermark: number): Promise<readonly Segment[]> {
    return expired(this.#core, highWatermark);
  }

  /** Takes segments away from the front, never the one that is written to; their files follow. */
  removeFirst(segments: readonly Segment[]): void {
    removeFirst(this.#core, segments);
  }

  /** What compaction is due; undefined: none. */
  compactionRange(lastStableOffset: number): Promise<CompactionRange | undefined> {
    return findRange(this.#core, lastStableOffset);
  }

  /**
   * Carries out a round of compaction. Whether something was done: not if the log lost segments
   * meanwhile. Fault "corrupt" if it cannot be compacted.
   */
  compact(range: CompactionRange, context: CompactContext): Promise<boolean> {
    return compact(this.#core, range, context);
  }

  /**
   * Everything at or above an offset goes, with the batch that holds it. Nothing may be appended
   * until it is done. Fault if the disk fails: then the log takes nothing more.
   */
  truncateTo(offset: number): Promise<void> {
    return truncateTo(this.#core, offset);
  }

  /** Everything goes, and the log starts anew at an offset. As `truncateTo`. */
  truncateFully(offset: number): Promise<void> {
    return truncateFully(this.#core, offset);
  }

  /**
   * Everything that was appended before this call survives the end of the machine. Throws `failure`
   * if there is one.
   */
  flush(): Promise<void> {
    return this.#core.durability.flush();
  }

  /** Writes what readers of the files expect after a clean stop, and ends. */
  async close(): Promise<void> {
    const { durability, list, files, directory } = this.#core;
    await durability.settled();
    list.active.finishIndexes();
    const producers = this.producers.all();
    await writeSnapshot(files, directory, { offset: this.endOffset, producers });
    durability.hasNewNames();
    await this.flush();
    for (const segment of this.segments) {
      // Also where that flush was part of one that had begun before.
      await segment.syncIndexes();
      await segment.close();
    }
  }

  /** Ends without writing anything: for a log that is removed, or whose disk has failed. */
  async abandon(): Promise<void> {
    await this.#core.durability.settled();
    for (const segment of this.segments) await segment.close();
  }
}
