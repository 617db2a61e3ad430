// The end of a log is cut off, as a follower does with what its leader does not have (KIP-101,
// KIP-279, KIP-595). Nothing may be appended until it is done.
//
// 1. The smaller end is published: nobody begins to read what goes.
// 2. Work on the files that is under way ends: nothing is synced or renamed that is cut.
// 3. Whole segments go, and the one that holds the new end is cut at a batch: the file waits for
//    its readers, at most a second, and destroys the connections of those that are left.
// 4. Indexes, leader epochs, producers and the recovery point follow.

import type { LogCore } from "./core.ts";
import { loadProducers } from "./producers/load.ts";
import { ProducerStates } from "./producers/producers.ts";
import { removeSnapshots } from "./producers/snapshot_files.ts";
import { discard } from "./removal.ts";
import { makeSegment } from "./rolling.ts";

/** Everything at or above `offset` goes, and the batch that holds it. */
export async function truncateTo(core: LogCore, offset: number): Promise<void> {
  const { list, durability } = core;
  if (offset >= core.endOffset) return;
  // Nothing would be left.
  if (offset <= list.startOffset) return await truncateFully(core, offset);
  const [holder] = core.segments.slice(list.indexOf(offset - 1));
  await holder?.warmPlace(offset);
  const place = holder?.locate(offset);
  const endOffset = Math.min(offset, place?.baseOffset ?? offset);
  core.publish({ startOffset: Math.min(core.startOffset, endOffset), endOffset });
  await durability.exclusively(async () => {
    const removed = list.removeFrom(endOffset);
    await discard(core, removed);
    await list.active.truncate(endOffset);
    // Else what went would be back after a loss of power, behind what was written since.
    await list.active.sync();
    durability.cutTo(endOffset);
    await forget(core, endOffset);
    core.producers = await loadProducers(core.files, {
      directory: core.directory,
      segments: core.segments.map(({ baseOffset }) => baseOffset),
      logStartOffset: core.startOffset,
      offset: endOffset,
    });
  });
}

/** Everything goes; the log starts anew, empty, at an offset: where its leader's log starts. */
export async function truncateFully(core: LogCore, offset: number): Promise<void> {
  const { list, durability } = core;
  core.publish({ startOffset: offset, endOffset: offset });
  await durability.exclusively(async () => {
    const removed = core.segments;
    for (const segment of removed) segment.part();
    await discard(core, removed);
    list.replaceAll([await makeSegment(core, offset)]);
    durability.hasNewNames();
    durability.cutTo(offset);
    await forget(core, Number.NEGATIVE_INFINITY);
    core.producers = new ProducerStates();
  });
}

/** Leader epochs and producer snapshots from an offset on. */
async function forget(core: LogCore, endOffset: number): Promise<void> {
  if (core.compactedTo !== undefined && core.compactedTo > core.endOffset) {
    core.compactedTo = core.endOffset;
  }
  core.epochs.truncateFromEnd(endOffset);
  core.writeEpochs();
  await removeSnapshots(core.files, core.directory, (offset) => offset > endOffset);
}
