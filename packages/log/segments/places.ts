// Where the batches of a segment lie: a walk over their headers, without reading what is between.

import { type DataFile, Fault } from "@odradek/base";
import { Batch, BATCH_HEADER_BYTES } from "@odradek/protocol/records/batch";

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
 * All batches from `start`, where one begins; the file may be cut while somebody walks. Fault
 * "corrupt" where there is none: what was written whole can be damaged since, and the index that
 * told of `start` as well.
 */
export function* walk(file: DataFile, start: number): Generator<BatchPlace> {
  if (start < 0) throw noBatch(file, start);
  let position = start;
  while (position < file.size) {
    file.verify();
    const lease = file.view(
      position,
      Math.min(LEASE_BYTES, file.size - position),
    );
    try {
      let at = 0;
      while (at + BATCH_HEADER_BYTES <= Math.min(lease.bytes.length, file.size - position)) {
        const place = placeOf(lease.bytes, at, position);
        if (!isWhole(file, place)) throw noBatch(file, place.position);
        yield place;
        at += place.sizeBytes;
      }
      if (at === 0 && position < file.size) throw noBatch(file, position);
      position += at;
    } finally {
      lease.release();
    }
  }
}

function placeOf(bytes: Uint8Array, at: number, start: number): BatchPlace {
  const batch = new Batch(bytes.subarray(at, at + BATCH_HEADER_BYTES));
  const { sizeBytes, baseOffset } = batch;
  return {
    position: start + at,
    baseOffset,
    lastOffset: baseOffset + batch.lastOffsetDelta,
    sizeBytes,
    maxTimestamp: batch.maxTimestamp,
  };
}

function isWhole(file: DataFile, { position, sizeBytes }: BatchPlace): boolean {
  return sizeBytes >= BATCH_HEADER_BYTES && position + sizeBytes <= file.size;
}

function noBatch(file: DataFile, position: number): Fault {
  return new Fault("corrupt", `Cannot read "${file.path}" at byte ${position}: no batch is there`);
}
