// The files of a partition's directory: which segments there are, and what an interrupted deletion
// or compaction has left.

import type { Files } from "@odradek/base";
import { Segment, segmentFileName } from "./segment.ts";

/** Base offsets of all segments, ascending. */
export async function segmentOffsets(
  files: Files,
  directory: string,
): Promise<number[]> {
  const entries = await files.list(directory) ?? [];
  return entries.map(({ name }) => /^(\d{20})\.log$/.exec(name)?.[1])
    .filter((digits) => digits !== undefined).map(Number);
}

/** Makes the files that are missing. */
export async function openSegment(
  files: Files,
  directory: string,
  { baseOffset, createdMs }: {
    readonly baseOffset: number;
    readonly createdMs: number;
  },
): Promise<Segment> {
  const open = (suffix: "log" | "index" | "timeindex") =>
    files.open(`${directory}/${segmentFileName(baseOffset, suffix)}`, {
      create: true,
    });
  const [log, index, timeindex] = await Promise.all([
    open("log"),
    open("index"),
    open("timeindex"),
  ]);
  return new Segment(baseOffset, { log, index, timeindex }, createdMs);
}

export async function removeSegmentFiles(
  files: Files,
  directory: string,
  baseOffset: number,
): Promise<void> {
  for (const suffix of ["log", "index", "timeindex", "txnindex"] as const) {
    await files.remove(`${directory}/${segmentFileName(baseOffset, suffix)}`);
  }
}

/**
 * What a crash left of deletions and compactions: `.deleted` and `.cleaned` files go. A `.swap`
 * file is a finished compaction: it takes the place of the segments that it covers, unless a
 * `.cleaned` one shows that its round was not finished.
 */
export async function removeLeftovers(
  files: Files,
  directory: string,
): Promise<void> {
  const names = (await files.list(directory) ?? []).map(({ name }) => name);
  for (const name of names.filter((one) => /\.(deleted|cleaned)$/.test(one))) {
    await files.remove(`${directory}/${name}`);
  }
}
