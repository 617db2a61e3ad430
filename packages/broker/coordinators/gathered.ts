// Records of several calls on their way into one batch.

import { Batch, BATCH_HEADER_BYTES } from "@odradek/protocol/records/batch";
import { buildBatch, type RecordDraft } from "@odradek/protocol/records/builder";
import type { KeyValue } from "@odradek/protocol/schemas/key_value";

/** Of a record without key and value, at most: lengths, deltas, attributes. */
const RECORD_OVERHEAD_BYTES = 32;

export class Gathered {
  readonly #records: RecordDraft[] = [];
  readonly #baseOffset: number;
  #sizeBytes = BATCH_HEADER_BYTES;

  /** The offset of its first record, if nobody else writes. */
  constructor(baseOffset: number) {
    this.#baseOffset = baseOffset;
  }

  /** At most, before compression. */
  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  get count(): number {
    return this.#records.length;
  }

  get endOffset(): number {
    return this.#baseOffset + this.#records.length;
  }

  add(records: readonly KeyValue[], timestamp: number): void {
    for (const { key, value } of records) this.#records.push({ key, value, timestamp });
    this.#sizeBytes += sizeOf(records);
  }

  toBatch(codec: number): Batch {
    // Kafka's coordinators number their records, without being a producer.
    return new Batch(buildBatch(this.#records, { codec, baseSequence: 0 }));
  }
}

/** At most. */
export function sizeOf(records: readonly KeyValue[]): number {
  return records.reduce(
    (sum, { key, value }) => sum + RECORD_OVERHEAD_BYTES + key.length + (value?.length ?? 0),
    0,
  );
}
