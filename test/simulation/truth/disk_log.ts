// The log of a partition as its bytes on the simulated disk tell it, without the code under test:
// whole batches that follow each other, segment by segment, up to the first that is none.

import type { SimulatedDisk } from "@odradek/log/testing/simulated_disk";
import { type Batch, readBatches } from "@odradek/protocol/records/batch";
import { Malformed } from "@odradek/protocol/wire/malformed";
import { durableBytes } from "./durability.ts";
import { type StoredBatch, storedBatch, type StoredRecord } from "./stored.ts";

interface Segment {
  readonly baseOffset: number;
  /** Index of its first batch. */
  readonly firstBatch: number;
  readBytes: number;
}

export class DiskLog {
  readonly #disk: SimulatedDisk;
  /** The partition's directory; undefined: it is not there. */
  readonly #directory: () => string | undefined;
  #path: string | undefined;
  #segments: Segment[] = [];
  #batches: StoredBatch[] = [];
  #records: StoredRecord[] = [];
  /** Batches of the walk before, by base offset. */
  #before = new Map<number, StoredBatch>();
  #durableSegments = 0;
  #problem: string | undefined;

  constructor(disk: SimulatedDisk, directory: () => string | undefined) {
    this.#disk = disk;
    this.#directory = directory;
  }

  get batches(): readonly StoredBatch[] {
    return this.#batches;
  }

  /** By offset, from the start. */
  get records(): readonly StoredRecord[] {
    return this.#records;
  }

  get startOffset(): number {
    return this.#segments[0]?.baseOffset ?? 0;
  }

  get endOffset(): number {
    return this.startOffset + this.#records.length;
  }

  /** What was found behind the end that belongs to no log; undefined: nothing. */
  get problem(): string | undefined {
    return this.#problem;
  }

  recordAt(offset: number): StoredRecord | undefined {
    return this.#records[offset - this.startOffset];
  }

  /** Takes in what was appended since. */
  refresh(): void {
    if (this.#problem !== undefined) return;
    if (this.#segments.length === 0) this.#open();
    for (let segment = this.#segments.at(-1); segment !== undefined;) {
      this.#read(segment);
      segment = this.#next(segment);
    }
  }

  /** Reads everything anew: files have been cut, or were lost. */
  reread(): void {
    this.#before = new Map(this.#batches.map((batch) => [batch.baseOffset, batch]));
    this.#path = undefined;
    this.#segments = [];
    this.#batches = [];
    this.#records = [];
    this.#durableSegments = 0;
    this.#problem = undefined;
    this.refresh();
    this.#problem ??= this.#strayProblem();
  }

  /** Records below cannot be lost with power. */
  get durableEndOffset(): number {
    let endOffset = this.startOffset;
    for (let i = this.#durableSegments; i < this.#segments.length; i++) {
      const { baseOffset, readBytes } = this.#segments[i] as Segment;
      const path = this.#file(baseOffset);
      const isLast = i + 1 === this.#segments.length;
      // One that was removed since cannot be lost.
      const isGone = !isLast && this.#disk.find(path) === undefined;
      const bytes = isGone ? readBytes : durableBytes(this.#disk, path);
      endOffset = this.#durableWithin(i, bytes);
      if (bytes < readBytes) break;
      // A segment that has a next one is never written again.
      if (!isLast) this.#durableSegments = i + 1;
    }
    return endOffset;
  }

  #durableWithin(index: number, bytes: number): number {
    const { baseOffset, firstBatch } = this.#segments[index] as Segment;
    const end = this.#segments[index + 1]?.firstBatch ?? this.#batches.length;
    for (let i = end - 1; i >= firstBatch; i--) {
      const { endPosition, nextOffset } = this.#batches[i] as StoredBatch;
      if (endPosition <= bytes) return nextOffset;
    }
    return baseOffset;
  }

  #open(): void {
    this.#path = this.#directory();
    const [first] = this.#bases();
    if (first !== undefined) this.#begin(first);
  }

  #bases(): number[] {
    const folder = this.#path === undefined ? undefined : this.#disk.find(this.#path);
    if (folder?.kind !== "directory") return [];
    return [...folder.entries.keys()].filter((name) => name.endsWith(".log"))
      .map((name) => Number.parseInt(name, 10)).sort((a, b) => a - b);
  }

  #begin(baseOffset: number): Segment {
    const segment = { baseOffset, firstBatch: this.#batches.length, readBytes: 0 };
    this.#segments.push(segment);
    return segment;
  }

  #next({ baseOffset }: Segment): Segment | undefined {
    const { endOffset } = this;
    if (this.#problem !== undefined || endOffset === baseOffset) return undefined;
    return this.#disk.find(this.#file(endOffset)) === undefined
      ? undefined
      : this.#begin(endOffset);
  }

  #read(segment: Segment): void {
    const path = this.#file(segment.baseOffset);
    // It may have been written to, finished and removed since the last look.
    const file = this.#disk.find(path) ?? this.#disk.find(`${path}.deleted`);
    if (file?.kind !== "file") return;
    const bytes = file.content.subarray(segment.readBytes, file.size);
    if (bytes.length === 0) return;
    try {
      for (const batch of readBatches(bytes)) {
        if (batch.magic !== 2 || !batch.isCrcValid() || batch.baseOffset !== this.endOffset) break;
        segment.readBytes += batch.bytes.length;
        this.#take(this.#known(batch) ?? storedBatch(batch, segment.readBytes));
      }
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
    }
    const left = file.size - segment.readBytes;
    if (left > 0) this.#problem = `${left} bytes of ${this.#file(segment.baseOffset)} are no batch`;
  }

  /** The same batch of the walk before. Base offset and leader epoch are outside the CRC. */
  #known({ baseOffset, crc, leaderEpoch }: Batch): StoredBatch | undefined {
    const known = this.#before.get(baseOffset);
    return known?.crc === crc && known.leaderEpoch === leaderEpoch ? known : undefined;
  }

  #take(batch: StoredBatch): void {
    this.#batches.push(batch);
    for (const record of batch.records) this.#records.push(record);
  }

  /** Segments that do not follow. */
  #strayProblem(): string | undefined {
    const known = new Set(this.#segments.map(({ baseOffset }) => baseOffset));
    const stray = this.#bases().find((base) => !known.has(base));
    return stray === undefined ? undefined : `${this.#file(stray)} does not follow`;
  }

  #file(baseOffset: number): string {
    return `${this.#path}/${String(baseOffset).padStart(20, "0")}.log`;
  }
}
