// Makes the two indexes of a segment from its batches: after a crash, or when one is missing.

import type { Files } from "@odradek/base";
import { type Batch, NO_TIMESTAMP } from "@odradek/protocol/records/batch";
import { OFFSET_ENTRY_BYTES } from "./offset_index.ts";
import { TIME_ENTRY_BYTES } from "./time_index.ts";

interface Entry {
  readonly offset: number;
  readonly position: number;
  readonly timestamp: number;
  readonly timestampOffset: number;
}

/** The same entries, at the same batches, as appending them one by one makes. */
export class IndexBuilder {
  readonly #baseOffset: number;
  readonly #intervalBytes: number;
  readonly #entries: Entry[] = [];
  #bytesSinceEntry = 0;
  #timestamp = NO_TIMESTAMP;
  #timestampOffset: number;

  constructor(baseOffset: number, intervalBytes: number) {
    this.#baseOffset = baseOffset;
    this.#intervalBytes = intervalBytes;
    this.#timestampOffset = baseOffset;
  }

  add(batch: Batch, position: number): void {
    const { lastOffset, maxTimestamp } = batch;
    if (maxTimestamp > this.#timestamp) {
      this.#timestamp = maxTimestamp;
      this.#timestampOffset = lastOffset;
    }
    if (this.#bytesSinceEntry > this.#intervalBytes) {
      this.#entries.push({
        offset: lastOffset,
        position,
        timestamp: this.#timestamp,
        timestampOffset: this.#timestampOffset,
      });
      this.#bytesSinceEntry = 0;
    }
    this.#bytesSinceEntry += batch.bytes.length;
  }

  offsetIndex(): Uint8Array {
    const bytes = new Uint8Array(this.#entries.length * OFFSET_ENTRY_BYTES);
    const view = new DataView(bytes.buffer);
    this.#entries.forEach(({ offset, position }, i) => {
      view.setInt32(i * OFFSET_ENTRY_BYTES, offset - this.#baseOffset);
      view.setInt32(i * OFFSET_ENTRY_BYTES + 4, position);
    });
    return bytes;
  }

  /** With a last entry for the largest timestamp, as a segment that is finished has. */
  timeIndex(): Uint8Array {
    const last = {
      timestamp: this.#timestamp,
      timestampOffset: this.#timestampOffset,
    };
    let largest = NO_TIMESTAMP;
    const ascending = [...this.#entries, last].filter(({ timestamp }) => {
      const isLarger = timestamp > largest;
      largest = Math.max(largest, timestamp);
      return isLarger;
    });
    const bytes = new Uint8Array(ascending.length * TIME_ENTRY_BYTES);
    const view = new DataView(bytes.buffer);
    ascending.forEach(({ timestamp, timestampOffset }, i) => {
      view.setBigInt64(i * TIME_ENTRY_BYTES, BigInt(timestamp));
      view.setInt32(
        i * TIME_ENTRY_BYTES + 8,
        timestampOffset - this.#baseOffset,
      );
    });
    return bytes;
  }
}

/**
 * Replaces what a file holds. Not synced: until that is done the recovery point stays where it is,
 * and the next start makes it again.
 */
export async function overwrite(
  files: Files,
  path: string,
  content: Uint8Array,
): Promise<void> {
  const file = await files.open(path, { create: true });
  try {
    if (file.size === 0 && content.length === 0) return;
    if (file.size > 0) await file.truncate(0);
    if (content.length > 0) file.write([content], 0);
  } finally {
    await file.close();
  }
}
