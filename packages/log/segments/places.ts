// Where the batches of a segment lie: a walk over their headers, without reading what is between.

import { assert, type DataFile } from "@odradek/base";
import { Batch, BATCH_HEADER_BYTES, LOG_OVERHEAD_BYTES } from "@odradek/protocol/records/batch";

export interface BatchPlace {
  readonly position: number;
  readonly baseOffset: number;
  readonly lastOffset: number;
  readonly sizeBytes: number;
  readonly maxTimestamp: number;
}

/** Leased at a time: several small batches are then walked through one view. */
const LEASE_BYTES = 16 * 1024;

/**
 * All batches from `start`, where one begins. The file holds whole, valid batches; it may be cut
 * while somebody walks.
 */
export function* walk(file: DataFile, start: number): Generator<BatchPlace> {
  let position = start;
  while (position < file.size) {
    const lease = file.view(
      position,
      Math.min(LEASE_BYTES, file.size - position),
    );
    try {
      let at = 0;
      while (at + BATCH_HEADER_BYTES <= Math.min(lease.bytes.length, file.size - position)) {
        const place = placeOf(lease.bytes, at, position);
        yield place;
        at += place.sizeBytes;
      }
      assert(at > 0 || position >= file.size, "A segment ends with a whole batch", {
        path: file.path,
        position,
      });
      position += at;
    } finally {
      lease.release();
    }
  }
}

function placeOf(bytes: Uint8Array, at: number, start: number): BatchPlace {
  const batch = new Batch(bytes.subarray(at, at + BATCH_HEADER_BYTES));
  const { sizeBytes, baseOffset } = batch;
  assert(sizeBytes > LOG_OVERHEAD_BYTES, "A batch has a length", {
    position: start + at,
  });
  return {
    position: start + at,
    baseOffset,
    lastOffset: baseOffset + batch.lastOffsetDelta,
    sizeBytes,
    maxTimestamp: batch.maxTimestamp,
  };
}
