// Batches as tests want them: of texts, with what a test cares about and nothing else.

import { Batch, BATCH_HEADER_BYTES, readBatches } from "@odradek/protocol/records/batch";
import { type BatchOptions, buildBatch } from "@odradek/protocol/records/builder";
import { readRecords } from "@odradek/protocol/records/record";
import { Writer } from "@odradek/protocol/wire/writer";

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** One batch with a record for each text. */
export function textBatch(texts: readonly string[], options: BatchOptions = {}): Batch {
  const records = texts.map((text) => ({ value: bytesOf(text) }));
  return new Batch(buildBatch(records, { leaderEpoch: 0, timestamp: 1000, ...options }));
}

/** Of one record that makes a batch of so many bytes; a few sizes, as 126, there are not. */
export function batchOfBytes(sizeBytes: number, options: BatchOptions = {}): Batch {
  // Lengths take a byte more as they grow: a key makes up for sizes that they leave out.
  for (const keyBytes of [0, 1, 2]) {
    for (let length = Math.max(0, sizeBytes - 80); length < sizeBytes - 60; length++) {
      const recordBytes = 5 + keyBytes + varintBytes(length) + length;
      if (BATCH_HEADER_BYTES + varintBytes(recordBytes) + recordBytes !== sizeBytes) continue;
      const record = { key: new Uint8Array(keyBytes), value: new Uint8Array(length).fill(120) };
      return new Batch(buildBatch([record], { leaderEpoch: 0, timestamp: 1000, ...options }));
    }
  }
  throw new Error(`No batch of one record has ${sizeBytes} bytes`);
}

/** Zigzag doubles a number. */
function varintBytes(value: number): number {
  return Math.max(1, Math.ceil(Math.log2(2 * value + 1) / 7));
}

export interface MarkerOptions extends BatchOptions {
  readonly isCommit?: boolean;
  readonly coordinatorEpoch?: number;
}

/** The end of a transaction, as its coordinator has it written. */
export function markerBatch(options: MarkerOptions = {}): Batch {
  const { isCommit = true, coordinatorEpoch = 0, ...rest } = options;
  const key = new Writer();
  key.int16(0);
  key.int16(isCommit ? 1 : 0);
  const value = new Writer();
  value.int16(0);
  value.int32(coordinatorEpoch);
  const record = { key: key.finishWhole(), value: value.finishWhole() };
  const header = { leaderEpoch: 0, timestamp: 1000, isControl: true, isTransactional: true };
  return new Batch(buildBatch([record], { ...header, ...rest }));
}

/** `[offset, text]` of every record of the whole batches in `bytes`. */
export function textsIn(bytes: Uint8Array): [number, string][] {
  return [...readBatches(bytes)].flatMap((batch) =>
    [...readRecords(batch)].map(({ offset, value }): [number, string] => [
      offset,
      new TextDecoder().decode(value ?? new Uint8Array(0)),
    ])
  );
}
