// A round of compaction, as a job: it reads the segments twice, first for the last offset of each
// key, then to write what stays into `.cleaned` files, a few small segments into one. It changes
// nothing that the log uses: see swap.ts.

import { type DataFile, Fault, type Files, type Job, reason } from "@odradek/base";
import { Batch } from "@odradek/protocol/records/batch";
import { recordBytes, RecordCursor } from "@odradek/protocol/records/record";
import { Malformed } from "@odradek/protocol/wire/malformed";
import { IndexBuilder } from "../segments/index_builder.ts";
import { scan } from "../segments/scan.ts";
import { segmentFileName, type SegmentSuffix } from "../segments/parts.ts";
import { type AbortedTransaction, encodeAborted } from "../segments/transaction_index.ts";
import { type BatchFate, cleanBatch } from "./clean_batch.ts";
import { KeyOffsets } from "./key_offsets.ts";
import { TransactionsSeen } from "./transactions_seen.ts";

export const CLEANED = ".cleaned";

/** Of a producer that is known: its last data batch, or the epoch of its last marker. */
export interface LastOfProducer {
  readonly producerId: number;
  readonly epoch: number;
  /** -1: only markers are known. */
  readonly lastDataOffset: number;
}

export interface CompactRequest {
  readonly directory: string;
  /** All that lie below `upTo`, ascending, with the bytes that they have. */
  readonly segments: readonly { readonly baseOffset: number; readonly sizeBytes: number }[];
  readonly firstDirtyOffset: number;
  readonly upTo: number;
  readonly aborted: readonly AbortedTransaction[];
  readonly producers: readonly LastOfProducer[];
  readonly segmentBytes: number;
  readonly indexIntervalBytes: number;
  readonly mapBytesMax: number;
  readonly deleteRetentionMs: number;
  /** Wall clock ms. */
  readonly now: number;
}

/** One new segment, and the old ones whose place it takes. */
export interface CompactedGroup {
  readonly sources: readonly number[];
  readonly suffixes: readonly SegmentSuffix[];
}

export interface Compacted {
  readonly groups: readonly CompactedGroup[];
  /** The next round begins here. */
  readonly endOffset: number;
}

export const compactSegments: Job<CompactRequest, Compacted> = {
  module: import.meta.url,
  name: "compactSegments",
  run: async (request, files) => await new Compaction(request, files).run(),
};

class Compaction {
  readonly #request: CompactRequest;
  readonly #files: Files;
  readonly #keys: KeyOffsets;
  readonly #producers: ReadonlyMap<number, LastOfProducer>;

  constructor(request: CompactRequest, files: Files) {
    this.#request = request;
    this.#files = files;
    this.#keys = new KeyOffsets(request.mapBytesMax, request.firstDirtyOffset);
    this.#producers = new Map(request.producers.map((one) => [one.producerId, one]));
  }

  /** Fault "corrupt" if records cannot be read, however valid their CRC is. */
  async run(): Promise<Compacted> {
    try {
      return await this.#run();
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      const { directory } = this.#request;
      const message = `Cannot compact "${directory}": ${reason(error)}`;
      throw new Fault("corrupt", message, { cause: error });
    }
  }

  async #run(): Promise<Compacted> {
    await this.#mapKeys();
    const { endOffset } = this.#keys;
    const seen = new TransactionsSeen(this.#request.aborted);
    const groups: CompactedGroup[] = [];
    for (const sources of this.#grouped(endOffset)) {
      groups.push(await this.#clean(sources, seen));
    }
    return { groups, endOffset };
  }

  async #mapKeys(): Promise<void> {
    const { segments, firstDirtyOffset, aborted, upTo } = this.#request;
    const seen = new TransactionsSeen(aborted);
    for (const [i, { baseOffset }] of segments.entries()) {
      const end = segments[i + 1]?.baseOffset ?? upTo;
      if (end <= firstDirtyOffset) continue;
      for await (const batch of this.#batches(baseOffset)) {
        if (batch.lastOffset < firstDirtyOffset) continue;
        if (batch.isControl) seen.end(batch);
        else if (!seen.isAborted(batch) && !this.#mapBatch(batch)) return;
        this.#keys.endOffset = batch.nextOffset;
      }
      // Behind its last batch there may be a gap.
      this.#keys.endOffset = end;
    }
  }

  /** False: there is no room for more keys. */
  #mapBatch(batch: Batch): boolean {
    if (this.#keys.isFull) return false;
    const cursor = new RecordCursor(recordBytes(batch));
    for (let i = 0; i < batch.recordCount; i++) {
      cursor.next();
      const offset = batch.baseOffset + cursor.offsetDelta;
      if (cursor.key !== null && offset >= this.#request.firstDirtyOffset) {
        this.#keys.set(cursor.key, offset);
      }
    }
    return true;
  }

  /** Neighbours that fit into one segment. */
  #grouped(endOffset: number): number[][] {
    const groups: { sources: number[]; sizeBytes: number }[] = [];
    const { segments, segmentBytes, upTo } = this.#request;
    for (const [i, { baseOffset, sizeBytes }] of segments.entries()) {
      if (baseOffset >= endOffset) break;
      const end = segments[i + 1]?.baseOffset ?? upTo;
      const last = groups.at(-1);
      const fits = last !== undefined && last.sizeBytes + sizeBytes <= segmentBytes &&
        end - 1 - (last.sources[0] ?? 0) <= RELATIVE_OFFSET_MAX;
      if (fits) {
        last.sources.push(baseOffset);
        last.sizeBytes += sizeBytes;
      } else groups.push({ sources: [baseOffset], sizeBytes });
    }
    return groups.map(({ sources }) => sources);
  }

  async #clean(sources: readonly number[], seen: TransactionsSeen): Promise<CompactedGroup> {
    const [baseOffset = 0] = sources;
    const path = (suffix: SegmentSuffix): string => this.#path(baseOffset, suffix) + CLEANED;
    await this.#files.remove(path("log"));
    const file = await this.#files.open(path("log"), { create: true });
    const index = new IndexBuilder(baseOffset, this.#request.indexIntervalBytes);
    const aborted: AbortedTransaction[] = [];
    try {
      const writer = new BatchWriter(file, index);
      for (const source of sources) {
        for await (const batch of this.#batches(source)) {
          const kept = this.#keep(batch, seen, aborted);
          if (kept !== undefined) writer.write(kept);
        }
      }
      writer.flush();
      await file.sync();
    } finally {
      await file.close();
    }
    await this.#files.writeWhole(path("index"), index.offsetIndex());
    await this.#files.writeWhole(path("timeindex"), index.timeIndex());
    if (aborted.length === 0) return { sources, suffixes: ["index", "timeindex", "log"] };
    await this.#files.writeWhole(path("txnindex"), encodeAborted(aborted));
    return { sources, suffixes: ["index", "timeindex", "txnindex", "log"] };
  }

  #keep(
    batch: Batch,
    seen: TransactionsSeen,
    aborted: AbortedTransaction[],
  ): Batch | undefined {
    const { now, deleteRetentionMs, upTo } = this.#request;
    const end = batch.isControl ? seen.end(batch) : undefined;
    if (end?.kept !== undefined) aborted.push(end.kept);
    const isDiscarded = end === undefined ? seen.isAborted(batch) : end.isEmpty;
    // What ends the round is kept, so that nobody wonders where the log went on.
    const keepsHeader = this.#isLastOfProducer(batch) || batch.nextOffset === upTo;
    const fate: BatchFate = { isDiscarded, keepsHeader };
    return cleanBatch(batch, fate, { keys: this.#keys, now, deleteRetentionMs });
  }

  /** It tells of a producer that is known where its sequences or epochs go on. */
  #isLastOfProducer(batch: Batch): boolean {
    const last = this.#producers.get(batch.producerId);
    if (last === undefined) return false;
    if (last.lastDataOffset >= 0) return batch.lastOffset === last.lastDataOffset;
    return batch.isControl && batch.producerEpoch === last.epoch;
  }

  /** Fault "corrupt" if the segment does not consist of whole, valid batches. */
  async *#batches(baseOffset: number): AsyncGenerator<Batch> {
    const path = this.#path(baseOffset, "log");
    const file = await this.#files.open(path);
    try {
      let end = 0;
      for await (const { batch, position } of scan(file)) {
        if (!batch.isCrcValid()) throw corrupt(path, position);
        yield batch;
        end = position + batch.bytes.length;
      }
      if (end < file.size) throw corrupt(path, end);
    } finally {
      await file.close();
    }
  }

  #path(baseOffset: number, suffix: SegmentSuffix): string {
    return `${this.#request.directory}/${segmentFileName(baseOffset, suffix)}`;
  }
}

const RELATIVE_OFFSET_MAX = 0x7fff_ffff;
const WRITE_BYTES = 1024 * 1024;

/** Gathers batches to a few large writes. */
class BatchWriter {
  readonly #file: DataFile;
  readonly #index: IndexBuilder;
  #parts: Uint8Array[] = [];
  #pendingBytes = 0;
  #position = 0;

  constructor(file: DataFile, index: IndexBuilder) {
    this.#file = file;
    this.#index = index;
  }

  write(batch: Batch): void {
    this.#index.add(batch, this.#position + this.#pendingBytes);
    this.#parts.push(batch.bytes);
    this.#pendingBytes += batch.bytes.length;
    if (this.#pendingBytes >= WRITE_BYTES) this.flush();
  }

  flush(): void {
    if (this.#parts.length === 0) return;
    this.#file.write(this.#parts, this.#position);
    this.#position += this.#pendingBytes;
    this.#parts = [];
    this.#pendingBytes = 0;
  }
}

function corrupt(path: string, position: number): Fault {
  return new Fault("corrupt", `Cannot compact "${path}": no valid batch at byte ${position}`);
}
