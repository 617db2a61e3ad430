// Reading from one segment: from an offset to a position, and how far. Bytes leave as a lease of
// the mapped file; a batch is never copied.

import type { Lease } from "@odradek/base";
import { BATCH_HEADER_BYTES } from "@odradek/protocol/records/batch";
import type { BatchPlace } from "./segments/places.ts";
import type { Segment } from "./segments/segment.ts";

export interface ReadRequest {
  readonly offset: number;
  /** Exclusive: the high watermark, the last stable offset, or the end. */
  readonly upTo: number;
  readonly bytesMax: number;
  /** The first batch is given whole even if it is larger than `bytesMax`. */
  readonly minOneBatch: boolean;
}

export interface LogSlice {
  /** Whole batches but for the last one, which may be cut; undefined if there is nothing. */
  readonly lease: Lease | undefined;
  readonly sizeBytes: number;
}

/** Bytes that must be in memory before a read goes on. Warmed whole, it gets further. */
export interface ColdBytes {
  readonly coldFrom: number;
  readonly coldTo: number;
}

const NOTHING: LogSlice = { lease: undefined, sizeBytes: 0 };
/** Between an index entry and the batch that is looked for. */
const WALK_BYTES = 64 * 1024;

/**
 * `endOffset` is the segment's. "next segment": the offset lies behind this segment's last record,
 * in a gap that compaction left.
 */
export function readSegment(
  segment: Segment,
  endOffset: number,
  request: ReadRequest,
): LogSlice | ColdBytes | "next segment" {
  const { offset, upTo, bytesMax, minOneBatch } = request;
  if (offset >= upTo) return NOTHING;
  const from = segment.positionBefore(offset);
  if (!segment.isWarm(from, BATCH_HEADER_BYTES)) {
    return { coldFrom: from, coldTo: Math.min(segment.sizeBytes, from + WALK_BYTES + bytesMax) };
  }
  const first = segment.locateFrom(from, offset);
  if (first === undefined) return endOffset >= upTo ? NOTHING : "next segment";
  const limit = upTo >= endOffset ? segment.sizeBytes : limitBefore(segment, first, request);
  if (first.position >= limit) return NOTHING;
  let length = Math.min(bytesMax, limit - first.position);
  if (length < first.sizeBytes) {
    if (!minOneBatch) return NOTHING;
    length = first.sizeBytes;
  }
  if (!segment.isWarm(first.position, length)) {
    return { coldFrom: from, coldTo: first.position + length };
  }
  return { lease: segment.view(first.position, length), sizeBytes: length };
}

/** A position that `upTo` allows: exact, unless the read ends before it anyway. */
function limitBefore(
  segment: Segment,
  first: BatchPlace,
  { upTo, bytesMax }: ReadRequest,
): number {
  const near = Math.max(first.position, segment.positionBefore(upTo));
  if (near - first.position >= Math.max(bytesMax, first.sizeBytes)) return near;
  return segment.locateFrom(near, upTo)?.position ?? segment.sizeBytes;
}
