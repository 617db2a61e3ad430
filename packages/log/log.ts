// A partition's log: segments in offset order, the producers and leader epochs that they hold, and
// the rules of appending, rolling and reading. It belongs to one thread. It knows no leader and no
// high watermark: those are the partition's, which owns it.

import { assert, type Clock, Fault, type Files, reason } from "@odradek/base";
import { type Batch } from "@odradek/protocol/records/batch";
import { formatEpochs, LEADER_EPOCH_FILE, replaceFile } from "./directories/checkpoints.ts";
import type { LeaderEpochs } from "./epochs.ts";
import { type ProducerStates, replay } from "./producers/producers.ts";
import { type LogSlice, type ReadRequest, readSegment } from "./reads.ts";
import { mustRoll, type RollConfig } from "./segments/roll.ts";
import { type Segment } from "./segments/segment.ts";
import { openSegment, removeSegmentFiles } from "./segments/segment_files.ts";
import { writeSnapshot } from "./producers/snapshot_files.ts";

/** The topic's configuration as far as a log follows it; bytes and ms. */
export interface LogConfig extends RollConfig {
  readonly indexIntervalBytes: number;
  /** Records that may be unsynced before an append waits for the disk. */
  readonly flushMessages: number;
  /** How long an appended record may be unsynced. */
  readonly flushMs: number;
  readonly isCompacted: boolean;
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

export class PartitionLog {
  readonly directory: string;
  readonly producers: ProducerStates;
  readonly epochs: LeaderEpochs;
  config: LogConfig;
  readonly #files: Files;
  readonly #clock: Clock;
  #segments: Segment[];
  #startOffset: number;
  #endOffset: number;
  #recoveryPoint: number;
  /** A segment whose name is not on disk is not on disk, however often it was synced. */
  #unsyncedDirectories: ReadonlySet<string>;
  /** Work on files that nobody waits for, one after another. */
  #background: Promise<void> = Promise.resolve();
  /** A sync of this log that is under way. */
  #flushing: Promise<void> | undefined;
  /** Why that work failed: the disk cannot be trusted any more. */
  #failure: Error | undefined;

  constructor(state: LogState, files: Files, clock: Clock) {
    this.directory = state.directory;
    this.config = state.config;
    this.#segments = [...state.segments];
    this.producers = state.producers;
    this.epochs = state.epochs;
    this.#startOffset = state.startOffset;
    this.#endOffset = state.endOffset;
    this.#recoveryPoint = state.recoveryPoint;
    this.#unsyncedDirectories = new Set(state.unsyncedDirectories);
    this.#files = files;
    this.#clock = clock;
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
    return this.#failure;
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
    return this.#recoveryPoint;
  }

  get segments(): readonly Segment[] {
    return this.#segments;
  }

  get sizeBytes(): number {
    return this.#segments.reduce((sum, segment) => sum + segment.sizeBytes, 0);
  }

  /** Whether so many records wait for the disk that the topic wants them synced now. */
  get isFlushDue(): boolean {
    return this.#endOffset - this.#recoveryPoint >= this.config.flushMessages;
  }

  /** Whether a new segment must begin before these batches: call `roll` first. */
  mustRoll(batches: readonly Batch[]): boolean {
    const { config } = this;
    return mustRoll(this.#active, batches, { config, now: this.#clock.now() });
  }

  /**
   * Appends batches whose offsets and leader epochs are set and follow each other. When it
   * returns they can be read. Fault if the disk does not take them: then nothing has changed.
   */
  append(batches: readonly Batch[]): void {
    if (this.#failure !== undefined) throw this.#failure;
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
    this.#active.append(batches, this.config.indexIntervalBytes);
    for (const batch of batches) {
      this.assignEpoch(batch.leaderEpoch, batch.baseOffset);
      replay(this.producers, batch);
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
    const old = this.#active;
    if (old.sizeBytes === 0) return;
    old.finishIndexes();
    this.#segments.push(await this.#makeSegment(baseOffset));
    this.#hasNewNames();
    const producers = this.producers.all();
    this.#later(async () => {
      await writeSnapshot(this.#files, directory, {
        offset: baseOffset,
        producers,
      });
      await this.#flushTo(baseOffset);
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
        throw this.#fail(left);
      });
      throw error;
    }
  }

  /** Bytes from the batch that holds an offset on; a promise if they must be read from disk. */
  read(request: ReadRequest): LogSlice | Promise<LogSlice> {
    const index = this.#indexOf(request.offset);
    const segment = this.#segments[index];
    assert(segment !== undefined, "A read lies within the log", {
      offset: request.offset,
    });
    const end = this.#segments[index + 1]?.baseOffset ?? this.#endOffset;
    const slice = readSegment(segment, end, request);
    if (slice === "next segment") return this.read({ ...request, offset: end });
    if (!("coldFrom" in slice)) return slice;
    const { coldFrom, coldTo } = slice;
    return segment.warm(coldFrom, coldTo - coldFrom).then(() => this.read(request));
  }

  /** The segment in which an offset lies or would lie. */
  segmentOf(offset: number): Segment | undefined {
    return this.#segments[this.#indexOf(offset)];
  }

  /** The end of a segment: where the next one begins, or the log ends. */
  endOf(segment: Segment): number {
    return this.#segments[this.#segments.indexOf(segment) + 1]?.baseOffset ??
      this.#endOffset;
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

  /**
   * Everything that was appended before this call survives the end of the machine. Calls that come
   * while the disk is busy are served together, by one more sync. Throws `failure` if there is one:
   * the system tells of a lost write once only.
   */
  async flush(): Promise<void> {
    const wanted = this.#endOffset;
    while (this.#flushing !== undefined) {
      await this.#flushing;
      if (this.#recoveryPoint >= wanted) return;
    }
    if (this.#failure !== undefined) throw this.#failure;
    this.#flushing = this.#flushAll();
    await this.#flushing;
  }

  /** Writes what readers of the files expect after a clean stop, and ends. */
  async close(): Promise<void> {
    await this.#background;
    this.#active.finishIndexes();
    const offset = this.#endOffset;
    await writeSnapshot(this.#files, this.directory, {
      offset,
      producers: this.producers.all(),
    });
    this.#hasNewNames();
    await this.flush();
    for (const segment of this.#segments) await segment.close();
  }

  /** Ends without writing anything: for a log that is removed, or whose disk has failed. */
  async abandon(): Promise<void> {
    await this.#background;
    for (const segment of this.#segments) await segment.close();
  }

  get #active(): Segment {
    const active = this.#segments.at(-1);
    assert(active !== undefined, "A log has a segment");
    return active;
  }

  async #flushAll(): Promise<void> {
    try {
      await this.#flushTo(this.#endOffset);
    } catch (error) {
      // What the disk has of the bytes is not known, and asking again would not tell.
      throw this.#fail(error);
    } finally {
      this.#flushing = undefined;
    }
  }

  #hasNewNames(): void {
    this.#unsyncedDirectories = new Set([...this.#unsyncedDirectories, this.directory]);
  }

  async #flushTo(offset: number): Promise<void> {
    const unsynced = this.#segments.filter((segment) =>
      this.endOf(segment) > this.#recoveryPoint && segment.baseOffset < offset
    );
    const directories = this.#unsyncedDirectories;
    for (const directory of directories) {
      await this.#files.syncDirectory(directory);
    }
    // Another sync that came meanwhile had to do the same, and new names have to wait for the next.
    if (this.#unsyncedDirectories === directories) this.#unsyncedDirectories = new Set();
    for (const segment of unsynced) await segment.sync();
    this.#recoveryPoint = Math.max(this.#recoveryPoint, offset);
  }

  #writeEpochs(): void {
    this.#later(() => {
      const text = formatEpochs(this.epochs.entries);
      return replaceFile(
        this.#files,
        `${this.directory}/${LEADER_EPOCH_FILE}`,
        text,
      );
    });
  }

  #later(work: () => Promise<void>): void {
    this.#background = this.#background.then(work).catch((error: unknown) => {
      this.#fail(error);
    });
  }

  #fail(cause: unknown): Error {
    const message = `Cannot keep "${this.directory}": ${reason(cause)}`;
    return (this.#failure ??= new Fault("disk", message, { cause }));
  }

  /** Of the last segment that begins at or before an offset. */
  #indexOf(offset: number): number {
    const last = this.#segments.length - 1;
    // Most reads are of the newest segment.
    for (let i = last; i > Math.max(0, last - 4); i--) {
      if ((this.#segments[i]?.baseOffset ?? 0) <= offset) return i;
    }
    let [low, high] = [0, last];
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((this.#segments[middle]?.baseOffset ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
