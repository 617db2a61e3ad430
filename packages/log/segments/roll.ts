// When a new segment begins: the active one would become too large or too old, an index is full, or
// an offset no longer fits into 31 bits beside the base offset.

import { type Batch } from "@odradek/protocol/records/batch";
import { OFFSET_ENTRY_BYTES } from "./offset_index.ts";
import type { Segment } from "./segment.ts";
import { TIME_ENTRY_BYTES } from "./time_index.ts";

export interface RollConfig {
  readonly segmentBytes: number;
  readonly segmentMs: number;
  /** At most so much earlier, by chance, so that not all partitions roll at once. */
  readonly segmentJitterMs: number;
  /** Of each index. */
  readonly indexBytes: number;
}

const RELATIVE_OFFSET_MAX = 0x7fff_ffff;

export function mustRoll(
  active: Segment,
  batches: readonly Batch[],
  { config, now }: { readonly config: RollConfig; readonly now: number },
): boolean {
  const incoming = batches.reduce((sum, batch) => sum + batch.bytes.length, 0);
  const lastOffset = batches.at(-1)?.lastOffset ?? active.baseOffset;
  if (lastOffset - active.baseOffset > RELATIVE_OFFSET_MAX) return true;
  if (active.sizeBytes === 0) return false;
  return active.sizeBytes + incoming > config.segmentBytes ||
    ageMs(active, batches, now) > config.segmentMs - config.segmentJitterMs ||
    (active.entryCounts.offset + 1) * OFFSET_ENTRY_BYTES > config.indexBytes ||
    // One slot stays free for the entry that the segment gets at its end.
    (active.entryCounts.time + 2) * TIME_ENTRY_BYTES > config.indexBytes;
}

/** By the timestamps of the records, so that a replica rolls where its leader did. */
function ageMs(
  active: Segment,
  batches: readonly Batch[],
  now: number,
): number {
  const newest = batches.reduce(
    (most, batch) => Math.max(most, batch.maxTimestamp),
    -1,
  );
  const first = active.firstTimestamp ?? -1;
  return newest >= 0 && first >= 0 ? newest - first : now - active.createdMs;
}
