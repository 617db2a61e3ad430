// Compacted segments take the place of those that they were made from, while these are read.
//
// 1. `.cleaned` becomes `.swap`, the log last, and that is synced: from now on the new ones count,
//    also after a crash (see `removeLeftovers`).
// 2. The list of segments is changed at once: reads that begin now find the new ones.
// 3. The old files become `.deleted`, and go after a while: leases of them stay good.
// 4. `.swap` gets the name that is its own.

import type { LogCore } from "../core.ts";
import { discard } from "../removal.ts";
import { segmentFileName } from "../segments/parts.ts";
import type { Segment } from "../segments/segment.ts";
import { openSegment, SWAP } from "../segments/segment_files.ts";
import { CLEANED, type CompactedGroup } from "./compact_job.ts";

/** No sync or other work on the files may be under way. */
export async function swapIn(
  core: LogCore,
  sources: readonly Segment[],
  { suffixes }: CompactedGroup,
): Promise<void> {
  const { directory, files, list } = core;
  const [first] = sources;
  const last = sources.at(-1);
  if (first === undefined || last === undefined) return;
  const { baseOffset, createdMs } = first;
  const pathOf = (suffix: typeof suffixes[number]): string =>
    `${directory}/${segmentFileName(baseOffset, suffix)}`;
  const modifiedMs = await modifiedTime(core, last);
  if (modifiedMs !== undefined) await files.setModified(pathOf("log") + CLEANED, modifiedMs);
  for (const suffix of suffixes) {
    await files.rename(pathOf(suffix) + CLEANED, pathOf(suffix) + SWAP);
  }
  await files.syncDirectory(directory);
  const compacted = await openSegment(files, directory, { baseOffset, createdMs, ending: SWAP });
  list.replace(sources, compacted);
  await discard(core, sources, { keepSnapshotOf: baseOffset });
  await compacted.rename(pathOf);
  await files.syncDirectory(directory);
}

async function modifiedTime(core: LogCore, { baseOffset }: Segment): Promise<number | undefined> {
  const entries = await core.files.list(core.directory) ?? [];
  return entries.find(({ name }) => name === segmentFileName(baseOffset, "log"))?.modifiedMs;
}

/** What a round has made, and nobody wants any more. */
export async function removeCleaned(core: LogCore): Promise<void> {
  const entries = await core.files.list(core.directory) ?? [];
  for (const { name } of entries) {
    if (name.endsWith(CLEANED)) await core.files.remove(`${core.directory}/${name}`);
  }
}
