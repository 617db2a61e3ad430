// One segment: a `.log` of batches back to back, with its indexes. The active one is written to,
// all are read. Which offsets may be read is for the log to say.

import { Fault, type Lease } from "@odradek/base";
import {
  Batch,
  BATCH_HEADER_BYTES,
  LOG_OVERHEAD_BYTES,
  NO_TIMESTAMP,
} from "@odradek/protocol/records/batch";
import { type FoundParts, SegmentParts, type SegmentPlace } from "./parts.ts";
import { type BatchPlace, findBatch, walk } from "./places.ts";
import { scan } from "./scan.ts";
import type { TimeEntry } from "./time_index.ts";

/** What was found out about a segment before it is used: sizes in bytes, timestamps in ms. */
export interface SegmentState extends Required<FoundParts> {
  readonly baseOffset: number;
  readonly largest: TimeEntry;
  readonly firstTimestamp: number | undefined;
  readonly bytesSinceEntry: number;
  readonly hasUnsyncedIndexes: boolean;
}

/** Bytes that were written this recently are in memory. */
const RECENT_BYTES = 32 * 1024 * 1024;
/** Read ahead at a time when older ones are wanted. */
const WARM_BYTES = 4 * 1024 * 1024;

export class Segment extends SegmentParts {
  /** Wall clock ms when it was made, or found at start. */
  readonly createdMs: number;
  #bytesSinceEntry: number;
  #hasUnsyncedIndexes: boolean;
  /** The largest timestamp so far, and the last offset of the first batch that has it. */
  #largest: TimeEntry | undefined;
  /** Of the first batch; what rolling by time counts from. */
  #firstTimestamp: number | undefined;
  /** What lies above was written by this process. */
  #writtenFrom: number;
  #isGone = false;
  #warmFrom = 0;
  #warmTo = 0;

  /** `known`: what is not in it was not looked for. */
  constructor(
    place: SegmentPlace,
    createdMs: number,
    known: FoundParts & Partial<SegmentState>,
  ) {
    super(place, known);
    this.createdMs = createdMs;
    this.#writtenFrom = known.sizes.log;
    const { largest } = known;
    this.#largest = largest?.timestamp === NO_TIMESTAMP ? undefined : largest;
    this.#firstTimestamp = known.firstTimestamp;
    this.#bytesSinceEntry = known.bytesSinceEntry ?? 0;
    this.#hasUnsyncedIndexes = known.hasUnsyncedIndexes ?? false;
  }

  /** What only a look at the batches tells. */
  get resumed(): Pick<SegmentState, "largest" | "firstTimestamp" | "bytesSinceEntry"> {
    return {
      largest: this.largestTimestamp,
      firstTimestamp: this.#firstTimestamp,
      bytesSinceEntry: this.#bytesSinceEntry,
    };
  }

  /** The log has parted with it: only leases that were given before are good. */
  get isGone(): boolean {
    return this.#isGone;
  }

  get largestTimestamp(): TimeEntry {
    if (this.#largest === undefined && this.entryCounts.time > 0) {
      this.#largest = this.timeIndex.last;
    }
    return this.#largest ?? { timestamp: NO_TIMESTAMP, offset: this.baseOffset };
  }

  /** Timestamp of the first batch, -1 if it has none; undefined while the segment is empty. */
  get firstTimestamp(): number | undefined {
    return this.#firstTimestamp;
  }

  /** One write of batches that follow what is there. Fault if the disk does not take them. */
  append(batches: readonly Batch[], indexIntervalBytes: number): void {
    let position = this.file.size;
    this.file.write(batches.map((batch) => batch.bytes), position);
    for (const batch of batches) {
      this.#note(batch, position, indexIntervalBytes);
      position += batch.bytes.length;
    }
  }

  #note(batch: Batch, position: number, indexIntervalBytes: number): void {
    const { lastOffset, maxTimestamp } = batch;
    this.#firstTimestamp ??= maxTimestamp;
    if (maxTimestamp > this.largestTimestamp.timestamp) {
      this.#largest = { timestamp: maxTimestamp, offset: lastOffset };
    }
    if (this.#bytesSinceEntry > indexIntervalBytes) {
      this.offsetIndex.append(lastOffset, position);
      this.timeIndex.append(this.largestTimestamp);
      this.#bytesSinceEntry = 0;
    }
    this.#bytesSinceEntry += batch.bytes.length;
  }

  /**
   * After a start or a truncation: what only the log itself knows of the segment that goes on being
   * written. Returns where its last batch ends; undefined if the segment does not end with one, or
   * the index points to none.
   */
  async resume(): Promise<number | undefined> {
    let endOffset = this.baseOffset;
    if (this.sizeBytes === 0) return endOffset;
    await this.readFirstTimestamp();
    const entry = this.entryCounts.offset === 0 ? undefined : this.offsetIndex.last;
    const from = entry?.position ?? 0;
    this.#bytesSinceEntry = 0;
    if (from < 0) return undefined;
    let end = from;
    for await (const { position, batch } of scan(this.file, from)) {
      if (batch.baseOffset < endOffset || batch.lastOffset < batch.baseOffset) return undefined;
      end = position + batch.sizeBytes;
      const { maxTimestamp: timestamp, lastOffset: offset } = batch;
      if (timestamp > this.largestTimestamp.timestamp) this.#largest = { timestamp, offset };
      this.#bytesSinceEntry += batch.bytes.length;
      endOffset = batch.nextOffset;
    }
    const isSound = end === this.sizeBytes && endOffset > (entry?.offset ?? -1);
    return isSound ? endOffset : undefined;
  }

  /** Cuts off the batches from an offset on, as `DataFile.truncate` does. */
  async truncate(offset: number): Promise<void> {
    await this.warmPlace(offset);
    const position = this.locate(offset)?.position;
    await this.transactions.truncate(offset);
    if (position === undefined) return;
    await this.file.truncate(position);
    await this.offsetIndex.truncate(offset);
    await this.timeIndex.truncate(offset);
    this.#writtenFrom = Math.min(this.#writtenFrom, position);
    this.#warmTo = Math.min(this.#warmTo, position);
    this.#firstTimestamp = undefined;
    this.#largest = undefined;
    await this.resume();
  }

  /** The first batch whose last offset is `offset` or more. Its bytes must be warm. */
  locate(offset: number): BatchPlace | undefined {
    return this.locateFrom(this.positionBefore(offset), offset);
  }

  locateFrom(position: number, offset: number): BatchPlace | undefined {
    return findBatch(this.file, position, offset);
  }

  /** The batches from a position on, where one begins. */
  places(position: number): Generator<BatchPlace> {
    return walk(this.file, position);
  }

  /** To be sent; who reads it himself takes `viewToRead`. */
  view(position: number, length: number): Lease {
    return this.file.view(position, length);
  }

  /** Fault "disk" if somebody else has cut the file. */
  viewToRead(position: number, length: number): Lease {
    this.file.verify();
    return this.file.view(position, length);
  }

  /** Whether reading the bytes will not stop this thread. */
  isWarm(position: number, length: number): boolean {
    const recentFrom = Math.max(this.#writtenFrom, this.sizeBytes - RECENT_BYTES);
    if (position >= recentFrom) return true;
    const isWarmed = position >= this.#warmFrom &&
      Math.min(position + length, recentFrom) <= this.#warmTo;
    return isWarmed || this.#findWarm(position, length);
  }

  /** What the system has kept needs no other thread: looked for as far ahead as `warm` reads. */
  #findWarm(position: number, length: number): boolean {
    if (position < 0) return false;
    const to = this.#warmEnd(position, length);
    if (!this.file.isInMemory(position, to - position)) return false;
    this.#warmFrom = position;
    this.#warmTo = to;
    return true;
  }

  #warmEnd(position: number, length: number): number {
    return Math.min(this.sizeBytes, position + Math.max(length, WARM_BYTES));
  }

  /**
   * Brings the bytes, and some more that will be read next, into memory. Fault "corrupt" for a
   * place that no file has: it is a damaged index that tells of it.
   */
  async warm(position: number, length: number): Promise<void> {
    if (this.isWarm(position, length)) return;
    if (position < 0) {
      throw new Fault("corrupt", `Cannot read "${this.file.path}" at byte ${position}`);
    }
    const to = this.#warmEnd(position, length);
    await this.file.warm(position, to - position);
    this.#warmFrom = position;
    this.#warmTo = to;
  }

  /** Warms what `locate(offset)` will read. */
  async warmPlace(offset: number): Promise<void> {
    await this.warm(this.positionBefore(offset), LOG_OVERHEAD_BYTES);
  }

  /** The last entries of the indexes, and all of them in their files: for roll and close. */
  finishIndexes(): void {
    if (this.sizeBytes > 0) this.timeIndex.append(this.largestTimestamp);
    this.writeIndexes();
  }

  writeIndexes(): void {
    if (this.writeEntries()) this.#hasUnsyncedIndexes = true;
  }

  /** Indexes were written that a loss of power may take away or tear. */
  get hasUnsyncedIndexes(): boolean {
    return this.#hasUnsyncedIndexes;
  }

  async syncIndexes(): Promise<void> {
    if (!this.#hasUnsyncedIndexes) return;
    await this.offsetIndex.sync();
    await this.timeIndex.sync();
    this.#hasUnsyncedIndexes = false;
  }

  /** The timestamp of the first batch; -1 if there is none. */
  async readFirstTimestamp(): Promise<number> {
    if (this.#firstTimestamp === undefined && this.sizeBytes >= BATCH_HEADER_BYTES) {
      const first = new Batch(await this.file.read(0, BATCH_HEADER_BYTES));
      if (first.bytes.length === BATCH_HEADER_BYTES) this.#firstTimestamp = first.maxTimestamp;
    }
    return this.#firstTimestamp ?? NO_TIMESTAMP;
  }

  /** It belongs to the log no more. Its files are closed later. */
  part(): void {
    this.#isGone = true;
  }

  override async close(): Promise<void> {
    this.#isGone = true;
    await super.close();
  }
}
