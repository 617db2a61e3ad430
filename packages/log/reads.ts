// Reading from one segment: from an offset to a position, and how far. Bytes leave as a lease of
// the mapped file; a batch is never copied.

import type { Lease } from "@odradek/base";
import { BATCH_HEADER_BYTES } from "@odradek/protocol/records/batch";
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

const NOTHING: LogSlice = { lease: undefined, sizeBytes: 0 };

/**
 * `endOffset` is the segment's. "cold": the bytes must be warmed first. "next segment": the offset
 * lies behind this segment's last record, in a gap that compaction left.
 */
export function readSegment(
  segment: Segment,
  endOffset: number,
  request: ReadRequest,
): LogSlice | "cold" | "next segment" {
  const { offset, upTo, bytesMax, minOneBatch } = request;
  if (offset >= upTo) return NOTHING;
  const from = segment.offsetIndex.positionBefore(offset);
  if (!segment.isWarm(from, BATCH_HEADER_BYTES)) return "cold";
  const first = segment.locateFrom(from, offset);
  if (first === undefined) return endOffset >= upTo ? NOTHING : "next segment";
  const limit = upTo >= endOffset
    ? segment.sizeBytes
    : segment.locateFrom(first.position, upTo)?.position ?? segment.sizeBytes;
  if (first.position >= limit) return NOTHING;
  let length = Math.min(bytesMax, limit - first.position);
  if (length < first.sizeBytes) {
    if (!minOneBatch) return NOTHING;
    length = first.sizeBytes;
  }
  if (!segment.isWarm(first.position, length)) return "cold";
  return { lease: segment.view(first.position, length), sizeBytes: length };
}

/** Brings into memory what `readSegment` will look at and give. */
export async function warmForRead(
  segment: Segment,
  request: ReadRequest,
): Promise<void> {
  const from = segment.offsetIndex.positionBefore(request.offset);
  const left = segment.sizeBytes - from;
  await segment.warm(from, Math.min(left, request.bytesMax + WALK_BYTES));
}

/** Between an index entry and the batch that is looked for. */
const WALK_BYTES = 64 * 1024;
