// A coordinator's state from its log: all batches from the start, a few ms at a time.

import { type Clock, Fault } from "@odradek/base";
import type { PartitionLog } from "@odradek/log";
import { Edit } from "@odradek/metadata";
import { readMarker } from "@odradek/log/producers/markers";
import { type Batch, readBatches } from "@odradek/protocol/records/batch";
import { recordBytes, RecordCursor } from "@odradek/protocol/records/record";
import type { Fold, FoldTypes } from "./fold.ts";
import { Slices } from "./slices.ts";

export interface LoadOptions<T extends FoldTypes> {
  readonly fold: Fold<T>;
  readonly log: PartitionLog;
  /** Moves while the log is read. */
  readonly highWatermark: () => number;
  /** Read at a time. */
  readonly bytesMax: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

export interface Loaded<State> {
  readonly state: State;
  /** As of the high watermark. */
  readonly committed: State;
  readonly endOffset: number;
}

/** Throws Fault or Malformed if the log cannot be read, and the signal's reason. */
export async function load<T extends FoldTypes>(
  options: LoadOptions<T>,
): Promise<Loaded<T["state"]>> {
  const { log, bytesMax, clock, signal } = options;
  const slices = new Slices(clock, signal);
  const reading = new Reading(options, slices);
  let offset = log.startOffset;
  while (offset < log.endOffset) {
    signal.throwIfAborted();
    const upTo = log.endOffset;
    const { lease } = await log.read({ offset, upTo, bytesMax, minOneBatch: true });
    // Behind the last record there may be a gap that compaction left.
    if (lease === undefined) break;
    try {
      // What was read may have come from the disk.
      if (slices.isOver) await slices.pause();
      for (const batch of readBatches(lease.bytes)) {
        if (batch.nextOffset <= offset) continue;
        await reading.take(batch);
        offset = batch.nextOffset;
      }
    } finally {
      lease.release();
    }
  }
  return { ...reading.result, endOffset: log.endOffset };
}

class Reading<T extends FoldTypes> {
  readonly #options: LoadOptions<T>;
  readonly #slices: Slices;
  #state: T["state"];
  /** What has been made since somebody could see it. */
  #edit = new Edit();
  /** Undefined while everything that was read is committed. */
  #committed: T["state"] | undefined;

  constructor(options: LoadOptions<T>, slices: Slices) {
    this.#options = options;
    this.#slices = slices;
    this.#state = options.fold.empty;
  }

  get result(): { readonly state: T["state"]; readonly committed: T["state"] } {
    return { state: this.#state, committed: this.#committed ?? this.#state };
  }

  async take(batch: Batch): Promise<void> {
    const { fold, log, highWatermark } = this.#options;
    if (!batch.isCrcValid()) {
      const place = `batch ${batch.baseOffset} of "${log.directory}"`;
      throw new Fault("corrupt", `Cannot read ${place}: CRC`);
    }
    if (this.#committed === undefined && batch.baseOffset >= highWatermark()) {
      this.#committed = this.#state;
      this.#edit = new Edit();
    }
    if (!batch.isControl) return await this.#takeRecords(batch);
    const marker = readMarker(batch);
    if (marker !== undefined) this.#state = fold.applyEnd(this.#state, marker);
  }

  async #takeRecords(batch: Batch): Promise<void> {
    const { fold, log: { startOffset } } = this.#options;
    const { baseOffset, recordCount } = batch;
    const producerId = batch.isTransactional ? batch.producerId : -1;
    const cursor = new RecordCursor(recordBytes(batch));
    for (let i = 0; i < recordCount; i++) {
      if (this.#slices.isOverAfterStep) await this.#slices.pause();
      cursor.next();
      const { key, value } = cursor;
      const offset = baseOffset + cursor.offsetDelta;
      if (key === null || offset < startOffset) continue;
      const record = fold.decode({ key, value });
      if (record === undefined) continue;
      this.#state = fold.apply(this.#state, record, { offset, producerId, edit: this.#edit });
    }
  }
}
