// A round of compaction of one log: what is due, the job that does it, and its result put in place,
// unless the log was cut or lost segments meanwhile.

import type { Jobs } from "@odradek/base";
import type { LogCore } from "../core.ts";
import type { Segment } from "../segments/segment.ts";
import { type Compacted, type CompactRequest, compactSegments } from "./compact_job.ts";
import { type CompactionRange, compactionRange } from "./range.ts";
import { removeCleaned, swapIn } from "./swap.ts";

/** What is due; undefined: nothing, or the log is not compacted. */
export async function findRange(
  core: LogCore,
  lastStableOffset: number,
): Promise<CompactionRange | undefined> {
  const config = core.config.compaction;
  if (config === undefined) return undefined;
  const times = new Map<Segment, number>();
  if (config.lagMaxMs < Number.MAX_SAFE_INTEGER) {
    for (const segment of core.segments) times.set(segment, await segment.readFirstTimestamp());
  }
  return compactionRange(core.segments, {
    config,
    startOffset: core.startOffset,
    endOffset: core.endOffset,
    compactedTo: core.compactedTo,
    lastStableOffset,
    now: core.clock.now(),
    firstTimestamp: (segment) => times.get(segment) ?? -1,
  });
}

export interface CompactContext {
  readonly jobs: Jobs;
  readonly signal: AbortSignal;
}

/** Whether something was done. Fault "corrupt" if the log cannot be compacted. */
export async function compact(
  core: LogCore,
  range: CompactionRange,
  { jobs, signal }: CompactContext,
): Promise<boolean> {
  const sources = core.segments.filter(({ baseOffset }) => baseOffset < range.upTo);
  const sizes = sources.map(({ sizeBytes }) => sizeBytes);
  const isStale = (): boolean =>
    sources.some((segment, i) => segment.isGone || segment.sizeBytes !== sizes[i]);
  // Of a round that came to nothing: beside finished ones they would count as unfinished.
  await core.durability.exclusively(() => removeCleaned(core));
  let compacted: Compacted;
  try {
    compacted = await jobs.run(compactSegments, requestOf(core, range, sources), signal);
  } catch (error) {
    if (!isStale() && !signal.aborted) throw error;
    return false;
  }
  let isDone = false;
  await core.durability.exclusively(async () => {
    if (isStale()) return await removeCleaned(core);
    for (const group of compacted.groups) {
      const own = sources.filter(({ baseOffset }) => group.sources.includes(baseOffset));
      await swapIn(core, own, group);
    }
    core.compactedTo = compacted.endOffset;
    isDone = true;
  });
  return isDone;
}

function requestOf(
  core: LogCore,
  { firstDirtyOffset, upTo }: CompactionRange,
  sources: readonly Segment[],
): CompactRequest {
  const { directory, clock } = core;
  const { segmentBytes, indexIntervalBytes, compaction } = core.config;
  return {
    directory,
    segments: sources.map(({ baseOffset, sizeBytes }) => ({ baseOffset, sizeBytes })),
    firstDirtyOffset,
    upTo,
    aborted: core.segments.flatMap((segment) => segment.aborted)
      .filter(({ firstOffset }) => firstOffset < upTo),
    producers: core.producers.all().map(({ producerId, epoch, batches }) => ({
      producerId,
      epoch,
      lastDataOffset: batches.at(-1)?.lastOffset ?? -1,
    })),
    segmentBytes,
    indexIntervalBytes,
    mapBytesMax: compaction?.mapBytesMax ?? 0,
    deleteRetentionMs: compaction?.deleteRetentionMs ?? 0,
    now: clock.now(),
  };
}
