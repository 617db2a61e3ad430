// Whole segments leave a log. For readers they are gone at once; their files are renamed when no
// sync needs them, and removed after a while.

import type { LogCore } from "./core.ts";
import { expiredSegments } from "./retention.ts";
import type { Segment } from "./segments/segment.ts";
import { doomSegments, modifiedTimes } from "./segments/segment_files.ts";

/** The segments that have had their time; all of them: the active one must be rolled first. */
export async function expired(
  core: LogCore,
  highWatermark: number,
): Promise<readonly Segment[]> {
  const { segments, clock } = core;
  const times = await modifiedTimes(core.files, core.directory, segments);
  return expiredSegments(core.segments, {
    limits: core.config.retention,
    startOffset: core.startOffset,
    endOffset: core.endOffset,
    highWatermark,
    now: clock.now(),
    modifiedMs: ({ baseOffset }) => times.get(baseOffset) ?? clock.now(),
  });
}

/** Takes segments away from the front, never the one that is written to. */
export function removeFirst(core: LogCore, segments: readonly Segment[]): void {
  const removed = core.list.removeFirst(segments);
  if (removed.length === 0) return;
  core.advanceStart(core.list.startOffset);
  let doomed: readonly string[] = [];
  core.durability.beforeSync(async () => {
    doomed = await doom(core, removed);
  });
  core.durability.afterSync(() => close(core, removed, doomed));
}

/**
 * Of segments that the log has parted with, while no sync is under way. The snapshot at one offset
 * may be wanted still.
 */
export async function discard(
  core: LogCore,
  segments: readonly Segment[],
  keep: { readonly keepSnapshotOf?: number } = {},
): Promise<void> {
  await close(core, segments, await doom(core, segments, keep));
}

/** Their files get names that say so; returns those. */
async function doom(
  { files, directory }: LogCore,
  segments: readonly Segment[],
  { keepSnapshotOf }: { readonly keepSnapshotOf?: number } = {},
): Promise<readonly string[]> {
  const baseOffsets = segments.map(({ baseOffset }) => baseOffset);
  return await doomSegments(files, directory, { baseOffsets, keepSnapshotOf });
}

async function close(
  { files, clock, durability, config }: LogCore,
  segments: readonly Segment[],
  doomed: readonly string[],
): Promise<void> {
  for (const segment of segments) await segment.close();
  clock.schedule(Math.min(config.deleteDelayMs, TIMER_MS_MAX), () => {
    durability.later(async () => {
      for (const path of doomed) await files.remove(path);
    });
  });
}

/** Timers do not reach further. */
const TIMER_MS_MAX = 2 ** 31 - 1;
