// Which part of a log is compacted next, and whether it is worth it (storage format §11): whole
// segments that are committed, from the first record that was not compacted yet on.

import type { Segment } from "../segments/segment.ts";

/** As far as compaction follows the topic's configuration. */
export interface CompactionConfig {
  /** Of dirty bytes to all: above it the log is compacted. */
  readonly dirtyRatioMin: number;
  /** Records that are younger stay as they are. */
  readonly lagMinMs: number;
  /** What is older is compacted whatever the ratio. */
  readonly lagMaxMs: number;
  /** How long a tombstone can be read once it is the last of its key. */
  readonly deleteRetentionMs: number;
  /** Memory for the keys of one round, in bytes, roughly. */
  readonly mapBytesMax: number;
}

export interface RangeTerms {
  readonly config: CompactionConfig;
  readonly startOffset: number;
  readonly endOffset: number;
  /** Where the last round ended; undefined: there was none. */
  readonly compactedTo: number | undefined;
  readonly lastStableOffset: number;
  /** Wall clock ms. */
  readonly now: number;
  /** Of a segment's first batch; what is below 0 is none. */
  readonly firstTimestamp: (segment: Segment) => number;
}

/** A round of compaction that is due. */
export interface CompactionRange {
  readonly firstDirtyOffset: number;
  /** Where a segment begins: this one and those behind it stay as they are. */
  readonly upTo: number;
  readonly dirtyRatio: number;
}

/** Undefined: there is nothing to be gained yet. `segments` as in a log: the last is written to. */
export function compactionRange(
  segments: readonly Segment[],
  terms: RangeTerms,
): CompactionRange | undefined {
  const { config, startOffset, endOffset, compactedTo = startOffset } = terms;
  const isInside = compactedTo >= startOffset && compactedTo <= endOffset;
  const firstDirtyOffset = isInside ? compactedTo : startOffset;
  const closed = segments.slice(0, -1);
  const endsAt = (i: number): number => segments[i + 1]?.baseOffset ?? endOffset;
  const dirty = closed.filter((_, i) => endsAt(i) > firstDirtyOffset);
  const young = config.lagMinMs <= 0
    ? undefined
    : dirty.find((one) => one.largestTimestamp.timestamp > terms.now - config.lagMinMs);
  const bound = Math.min(terms.lastStableOffset, young?.baseOffset ?? endOffset);
  const upTo = closed.find((_, i) => endsAt(i) > bound)?.baseOffset ??
    segments.at(-1)?.baseOffset ?? 0;
  const bytesOf = (some: readonly Segment[]): number =>
    some.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const dirtyBytes = bytesOf(dirty.filter(({ baseOffset }) => baseOffset < upTo));
  if (dirtyBytes === 0) return undefined;
  const cleanBytes = bytesOf(closed.filter(({ baseOffset }, i) =>
    baseOffset < firstDirtyOffset && endsAt(i) <= firstDirtyOffset
  ));
  const dirtyRatio = dirtyBytes / (cleanBytes + dirtyBytes);
  if (dirtyRatio <= config.dirtyRatioMin && !isOverdue(dirty, terms)) return undefined;
  return { firstDirtyOffset, upTo, dirtyRatio };
}

function isOverdue(
  dirty: readonly Segment[],
  { config, now, firstTimestamp }: RangeTerms,
): boolean {
  const times = dirty.map(firstTimestamp).filter((timestamp) => timestamp > 0);
  return Math.min(...times) < now - config.lagMaxMs;
}
