// A partition's log: segments in offset order, the producers and leader epochs that they hold, and
// the rules of appending, rolling and reading. It belongs to one thread. It knows no leader and no
// high watermark: those are the partition's, which owns it.

import { assert, type Clock, type Files } from "@odradek/base";
import { type Batch } from "@odradek/protocol/records/batch";
import { Refusal } from "@odradek/protocol/refusal";
import { formatEpochs, LEADER_EPOCH_FILE, replaceFile } from "./directories/checkpoints.ts";
import { Durability } from "./durability.ts";
import type { LeaderEpochs } from "./epochs.ts";
import { type ProducerStates, replay } from "./producers/producers.ts";
import { expiredSegments, type RetentionLimits } from "./retention.ts";
import { type LogSlice, type ReadRequest, readSegment } from "./reads.ts";
import { mustRoll, type RollConfig } from "./segments/roll.ts";
import { type Segment } from "./segments/segment.ts";
import {
  doomSegments,
  modifiedTimes,
  openSegment,
  removeSegmentFiles,
} from "./segments/segment_files.ts";
import { SegmentList } from "./segments/segment_list.ts";
import type { AbortedTransaction } from "./segments/transaction_index.ts";
import { writeSnapshot } from "./producers/snapshot_files.ts";

/** The topic's configuration as far as a log follows it; bytes and ms. */
export interface LogConfig extends RollConfig {
  readonly indexIntervalBytes: number;
  /** Records that may be unsynced before an append waits for the disk. */
  readonly flushMessages: number;
  /** How long an appended record may be unsynced. */
  readonly flushMs: number;
  /** Producer ids that were idle for so long are forgotten. */
  readonly producerIdleMsMax: number;
  readonly isCompacted: boolean;
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
  /** Directories in which names were made that are not synced yet. */
  readonly unsyncedDirectories: readonly string[];
}

/** Timers do not reach further. */
const TIMER_MS_MAX = 2 ** 31 - 1;

export class PartitionLog {
  readonly directory: string;
  readonly producers: ProducerStates;
  readonly epochs: LeaderEpochs;
  config: LogConfig;
  readonly #files: Files;
  readonly #clock: Clock;
  readonly #segments: SegmentList;
  readonly #durability: Durability;
  #startOffset: number;
  #endOffset: number;

  constructor(state: LogState, files: Files, clock: Clock) {
    this.directory = state.directory;
    this.config = state.config;
    this.#segments = new SegmentList(state.segments);
    this.producers = state.producers;
    this.epochs = state.epochs;
    this.#startOffset = state.startOffset;
    this.#endOffset = state.endOffset;
    this.#files = files;
    this.#clock = clock;
    this.#durability = new Durability(this, files, state);
    assert(
      state.startOffset <= state.endOffset,
      "A log starts before it ends",
      {
        directory: state.directory,
      },
    );
  }

  /** Set when the disk failed behind an append's back; every append throws it from then on. */
  get failure(): Error | undefined {
    return this.#durability.failure;
  }

  /** The first offset that may be read. */
  get startOffset(): number {
    return this.#startOffset;
  }

  /** The offset of the next record. */
  get endOffset(): number {
    return this.#endOffset;
  }

  /** Everything below survives the end of the machine. */
  get recoveryPoint(): number {
    return this.#durability.recoveryPoint;
  }

  get segments(): readonly Segment[] {
    return this.#segments.all;
  }

  get sizeBytes(): number {
    return this.#segments.sizeBytes;
  }

  /** Whether so many records wait for the disk that the topic wants them synced now. */
  get isFlushDue(): boolean {
    return this.#endOffset - this.recoveryPoint >= this.config.flushMessages;
  }

  /** Whether a new segment must begin before these batches: call `roll` first. */
  mustRoll(batches: readonly Batch[]): boolean {
    const { config } = this;
    return mustRoll(this.#segments.active, batches, { config, now: this.#clock.now() });
  }

  /**
   * Appends batches whose offsets and leader epochs are set and follow each other. When it
   * returns they can be read. Fault if the disk does not take them: then nothing has changed.
   */
  append(batches: readonly Batch[]): void {
    this.#durability.check();
    const [first] = batches;
    assert(
      first !== undefined && first.baseOffset >= this.#endOffset,
      "Appends follow the end",
      {
        directory: this.directory,
        baseOffset: first?.baseOffset,
        endOffset: this.#endOffset,
      },
    );
    const { active } = this.#segments;
    active.append(batches, this.config.indexIntervalBytes);
    for (const batch of batches) {
      this.assignEpoch(batch.leaderEpoch, batch.baseOffset);
      const aborted = replay(this.producers, batch);
      if (aborted !== undefined) active.transactions.append(aborted);
      this.#endOffset = batch.nextOffset;
    }
  }

  /** A leader's epoch begins at the log's end, before anything is appended in it. */
  assignEpoch(epoch: number, startOffset: number): void {
    if (this.epochs.assign(epoch, startOffset)) this.#writeEpochs();
  }

  /** Begins a new segment at the end. Nothing may be appended until it is done. */
  async roll(): Promise<void> {
    const { directory } = this;
    const baseOffset = this.#endOffset;
    const old = this.#segments.active;
    if (old.sizeBytes === 0) return;
    old.finishIndexes();
    this.#segments.push(await this.#makeSegment(baseOffset));
    this.#durability.hasNewNames();
    const producers = this.producers.all();
    this.#durability.later(async () => {
      await writeSnapshot(this.#files, directory, {
        offset: baseOffset,
        producers,
      });
      await this.#durability.flushTo(baseOffset);
    });
  }

  /** Nothing is left of one that could not be made: the next may begin at another offset. */
  async #makeSegment(baseOffset: number): Promise<Segment> {
    const { directory } = this;
    const createdMs = this.#clock.now();
    try {
      return await openSegment(this.#files, directory, { baseOffset, createdMs });
    } catch (error) {
      await removeSegmentFiles(this.#files, directory, baseOffset).catch((left: unknown) => {
        throw this.#durability.fail(left);
      });
      throw error;
    }
  }

  /**
   * Bytes from the batch that holds an offset on; a promise if they must be read from disk. Refuses
   * with OFFSET_OUT_OF_RANGE if the offset has left the log meanwhile.
   */
  read(request: ReadRequest): LogSlice | Promise<LogSlice> {
    const index = this.#segments.indexOf(request.offset);
    const segment = this.segments[index];
    assert(segment !== undefined, "A read lies within the log", {
      offset: request.offset,
    });
    const end = this.segments[index + 1]?.baseOffset ?? this.#endOffset;
    const slice = readSegment(segment, end, request);
    if (slice === "next segment") return this.read({ ...request, offset: end });
    if (!("coldFrom" in slice)) return slice;
    const { coldFrom, coldTo } = slice;
    return segment.warm(coldFrom, coldTo - coldFrom).then(() => {
      const { offset } = request;
      if (offset >= this.#startOffset && offset <= this.#endOffset) return this.read(request);
      throw new Refusal("OFFSET_OUT_OF_RANGE");
    });
  }

  /** The segment in which an offset lies or would lie. */
  segmentOf(offset: number): Segment | undefined {
    return this.segments[this.#segments.indexOf(offset)];
  }

  /** The end of a segment: where the next one begins, or the log ends. */
  endOf(segment: Segment): number {
    return this.#segments.endOf(segment) ?? this.#endOffset;
  }

  /** The aborted transactions that overlap what a read gave, by their first offsets. */
  abortedIn(read: ReadRequest, { sizeBytes }: LogSlice): AbortedTransaction[] {
    if (sizeBytes === 0) return [];
    let to: number | undefined;
    const aborted: AbortedTransaction[] = [];
    for (let i = this.#segments.indexOf(read.offset); i < this.segments.length; i++) {
      const { transactions } = this.segments[i] as Segment;
      if (transactions.entries.length === 0) continue;
      to ??= this.#upperOffset(read, sizeBytes);
      const { found, isDone } = transactions.overlapping(read.offset, to);
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

  /** Records below are gone for readers; whole segments of them may be removed. */
  advanceStart(offset: number): void {
    if (offset <= this.#startOffset) return;
    assert(offset <= this.#endOffset, "A log starts before it ends", {
      offset,
    });
    this.#startOffset = offset;
    if (this.epochs.truncateFromStart(offset)) this.#writeEpochs();
  }

  /** The segments that have had their time; all of them: the active one must be rolled first. */
  async expired(highWatermark: number): Promise<readonly Segment[]> {
    const times = await modifiedTimes(this.#files, this.directory, this.segments);
    return expiredSegments(this.segments, {
      limits: this.config.retention,
      startOffset: this.#startOffset,
      endOffset: this.#endOffset,
      highWatermark,
      now: this.#clock.now(),
      modifiedMs: ({ baseOffset }) => times.get(baseOffset) ?? this.#clock.now(),
    });
  }

  /** Takes segments away from the front, never the one that is written to; their files follow. */
  removeFirst(segments: readonly Segment[]): void {
    const removed = this.#segments.removeFirst(segments);
    if (removed.length === 0) return;
    this.advanceStart(this.#segments.startOffset);
    this.#durability.afterSync(async () => {
      const baseOffsets = removed.map(({ baseOffset }) => baseOffset);
      const doomed = await doomSegments(this.#files, this.directory, baseOffsets);
      for (const segment of removed) await segment.close();
      this.#removeLater(doomed);
    });
  }

  #removeLater(paths: readonly string[]): void {
    this.#clock.schedule(Math.min(this.config.deleteDelayMs, TIMER_MS_MAX), () => {
      this.#durability.later(async () => {
        for (const path of paths) await this.#files.remove(path);
      });
    });
  }

  /**
   * Everything that was appended before this call survives the end of the machine. Throws `failure`
   * if there is one.
   */
  flush(): Promise<void> {
    return this.#durability.flush();
  }

  /** Writes what readers of the files expect after a clean stop, and ends. */
  async close(): Promise<void> {
    await this.#durability.settled();
    this.#segments.active.finishIndexes();
    const offset = this.#endOffset;
    await writeSnapshot(this.#files, this.directory, {
      offset,
      producers: this.producers.all(),
    });
    this.#durability.hasNewNames();
    await this.flush();
    for (const segment of this.segments) await segment.close();
  }

  /** Ends without writing anything: for a log that is removed, or whose disk has failed. */
  async abandon(): Promise<void> {
    await this.#durability.settled();
    for (const segment of this.segments) await segment.close();
  }

  #writeEpochs(): void {
    this.#durability.later(() => {
      const text = formatEpochs(this.epochs.entries);
      return replaceFile(
        this.#files,
        `${this.directory}/${LEADER_EPOCH_FILE}`,
        text,
      );
    });
  }
}
