// A new segment begins: the one before gets its last index entries, and is synced behind the back
// of the appends that follow.

import type { LogCore } from "./core.ts";
import { writeSnapshot } from "./producers/snapshot_files.ts";
import type { Segment } from "./segments/segment.ts";
import { openSegment, removeSegmentFiles } from "./segments/segment_files.ts";

/** `baseOffset` is the log's end, or lies behind it where a follower's leader has a gap. */
export async function roll(core: LogCore, baseOffset: number): Promise<void> {
  const { directory, durability, files, list } = core;
  const old = list.active;
  if (old.sizeBytes === 0 && old.baseOffset === baseOffset) return;
  old.finishIndexes();
  // What ends at the recovery point is not looked at again by a start: its indexes must be there.
  if (durability.recoveryPoint >= core.endOffset) await old.syncIndexes();
  list.push(await makeSegment(core, baseOffset));
  durability.hasNewNames();
  const producers = core.producers.all();
  durability.later(async () => {
    // Unless the segment has gone again: its snapshot would stay behind.
    const isThere = baseOffset >= list.startOffset;
    if (isThere) await writeSnapshot(files, directory, { offset: baseOffset, producers });
    await durability.flushTo(Math.min(baseOffset, core.endOffset));
  });
}

/** Nothing is left of one that could not be made: the next may begin at another offset. */
export async function makeSegment(core: LogCore, baseOffset: number): Promise<Segment> {
  const { directory, durability, files } = core;
  const createdMs = core.clock.now();
  try {
    return await openSegment(files, directory, { baseOffset, createdMs });
  } catch (error) {
    await removeSegmentFiles(files, directory, baseOffset).catch((left: unknown) => {
      throw durability.fail(left);
    });
    throw error;
  }
}
