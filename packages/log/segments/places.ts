// Where the batches of a segment lie: a walk over their headers, without reading what is between.

import { type DataFile, Fault, type Lease } from "@odradek/base";
import { BATCH_HEADER_BYTES, BatchHeaders } from "@odradek/protocol/records/batch";

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
    const lease = lookAt(file, position);
    try {
      const headers = new BatchHeaders(lease.bytes);
      let at = 0;
      while (at + BATCH_HEADER_BYTES <= Math.min(lease.bytes.length, file.size - position)) {
        const sizeBytes = sizeAt(file, { headers, at, position });
        yield placeAt(headers, at, position);
        at += sizeBytes;
      }
      if (at === 0 && position < file.size) throw noBatch(file, position);
      position += at;
    } finally {
      lease.release();
    }
  }
}

/**
 * The first batch from `start` on whose last offset is `offset` or more; undefined if there is
 * none. Every fetch looks for one: it does without a generator and a place for each batch before.
 */
export function findBatch(file: DataFile, start: number, offset: number): BatchPlace | undefined {
  if (start < 0) throw noBatch(file, start);
  let position = start;
  while (position < file.size) {
    const lease = lookAt(file, position);
    try {
      const headers = new BatchHeaders(lease.bytes);
      let at = 0;
      while (at + BATCH_HEADER_BYTES <= lease.bytes.length) {
        const sizeBytes = sizeAt(file, { headers, at, position });
        if (headers.lastOffset(at) >= offset) return placeAt(headers, at, position);
        at += sizeBytes;
      }
      if (at === 0) throw noBatch(file, position);
      position += at;
    } finally {
      lease.release();
    }
  }
  return undefined;
}

function lookAt(file: DataFile, position: number): Lease {
  file.verify();
  return file.view(position, Math.min(LEASE_BYTES, file.size - position));
}

interface Looked {
  readonly headers: BatchHeaders;
  readonly at: number;
  /** Where what is looked at begins in the file. */
  readonly position: number;
}

/** Of the batch there. Fault "corrupt" if it is not whole. */
function sizeAt(file: DataFile, { headers, at, position }: Looked): number {
  const sizeBytes = headers.sizeBytes(at);
  const isWhole = sizeBytes >= BATCH_HEADER_BYTES && position + at + sizeBytes <= file.size;
  if (!isWhole) throw noBatch(file, position + at);
  return sizeBytes;
}

function placeAt(headers: BatchHeaders, at: number, start: number): BatchPlace {
  return {
    position: start + at,
    baseOffset: headers.baseOffset(at),
    lastOffset: headers.lastOffset(at),
    sizeBytes: headers.sizeBytes(at),
    maxTimestamp: headers.maxTimestamp(at),
  };
}

function noBatch(file: DataFile, position: number): Fault {
  return new Fault("corrupt", `Cannot read "${file.path}" at byte ${position}: no batch is there`);
}
