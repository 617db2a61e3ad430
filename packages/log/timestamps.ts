// From times to offsets, as ListOffsets asks. Reads as little as the indexes allow, and never bytes
// that are not in memory yet: old segments are warmed piece by piece.

import { Batch } from "@odradek/protocol/records/batch";
import { readRecords } from "@odradek/protocol/records/record";
import type { PartitionLog } from "./log.ts";
import type { BatchPlace } from "./segments/places.ts";
import type { Segment } from "./segments/segment.ts";

export interface TimestampedOffset {
  readonly timestamp: number;
  readonly offset: number;
  readonly leaderEpoch: number;
}

/** The first record with `timestamp` or a later one. */
export async function findByTimestamp(
  log: PartitionLog,
  timestamp: number,
): Promise<TimestampedOffset | undefined> {
  for (const segment of log.segments) {
    if (segment.isGone || segment.largestTimestamp.timestamp < timestamp) continue;
    if (log.endOf(segment) <= log.startOffset) continue;
    const from = segment.timeIndex.entryBefore(timestamp)?.offset ??
      segment.baseOffset;
    const start = segment.offsetIndex.positionBefore(
      Math.max(from, log.startOffset),
    );
    const found = await findRecord(
      { segment, start },
      (place) => place.maxTimestamp >= timestamp && place.lastOffset >= log.startOffset,
      (record) => record.timestamp >= timestamp && record.offset >= log.startOffset,
    );
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * The first record that has the largest timestamp of all; undefined if the log is empty. As in
 * Kafka, one that lies below the start counts until its segment is removed.
 */
export async function findLargestTimestamp(
  log: PartitionLog,
): Promise<TimestampedOffset | undefined> {
  let segment: Segment | undefined;
  for (const one of log.segments) {
    if (one.sizeBytes === 0) continue;
    if (
      segment === undefined ||
      one.largestTimestamp.timestamp > segment.largestTimestamp.timestamp
    ) {
      segment = one;
    }
  }
  if (segment === undefined) return undefined;
  const { timestamp, offset } = segment.largestTimestamp;
  const start = segment.offsetIndex.positionBefore(offset);
  return await findRecord(
    { segment, start },
    (place) => place.maxTimestamp === timestamp,
    (record) => record.timestamp === timestamp,
  );
}

async function findRecord(
  { segment, start }: { readonly segment: Segment; readonly start: number },
  isBatch: (place: BatchPlace) => boolean,
  isRecord: (
    record: { readonly timestamp: number; readonly offset: number },
  ) => boolean,
): Promise<TimestampedOffset | undefined> {
  for (let position = start; position < segment.sizeBytes;) {
    await segment.warm(
      position,
      Math.min(STEP_BYTES, segment.sizeBytes - position),
    );
    if (segment.isGone || position >= segment.sizeBytes) return undefined;
    const stop = position + STEP_BYTES;
    for (const place of segment.places(position)) {
      position = place.position + place.sizeBytes;
      const found = isBatch(place) ? await recordIn(segment, place, isRecord) : undefined;
      if (found !== undefined || segment.isGone) return found;
      if (position >= stop) break;
    }
  }
  return undefined;
}

/** Looked through before the thread's other work gets its turn. */
const STEP_BYTES = 1024 * 1024;

async function recordIn(
  segment: Segment,
  place: BatchPlace,
  isRecord: (
    record: { readonly timestamp: number; readonly offset: number },
  ) => boolean,
): Promise<TimestampedOffset | undefined> {
  await segment.warm(place.position, place.sizeBytes);
  // Removed or truncated meanwhile.
  if (segment.isGone || place.position + place.sizeBytes > segment.sizeBytes) return undefined;
  const lease = segment.viewToRead(place.position, place.sizeBytes);
  try {
    const batch = new Batch(lease.bytes);
    const { leaderEpoch } = batch;
    for (const record of readRecords(batch)) {
      if (!isRecord(record)) continue;
      return {
        timestamp: record.timestamp,
        offset: record.offset,
        leaderEpoch,
      };
    }
    return undefined;
  } finally {
    lease.release();
  }
}
