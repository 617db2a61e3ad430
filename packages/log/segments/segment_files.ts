// The files of a partition's directory: which segments there are, and what an interrupted deletion
// or compaction has left.

import type { DirectoryEntry, Files } from "@odradek/base";
import { scan } from "./scan.ts";
import { segmentFileName, type SegmentSuffix } from "./parts.ts";
import { Segment, type SegmentState } from "./segment.ts";
import { type AbortedTransaction, decodeAborted } from "./transaction_index.ts";

/** Base offsets of all segments, ascending. */
export async function segmentOffsets(
  files: Files,
  directory: string,
): Promise<number[]> {
  return segmentOffsetsAmong(await files.list(directory) ?? []);
}

/** The same of what was listed. */
export function segmentOffsetsAmong(entries: readonly DirectoryEntry[]): number[] {
  return entries.map(({ name }) => /^(\d{20})\.log$/.exec(name)?.[1])
    .filter((digits) => digits !== undefined).map(Number);
}

/** Makes the files that are missing. */
export async function openSegment(
  files: Files,
  directory: string,
  { baseOffset, createdMs, ending = "" }: {
    readonly baseOffset: number;
    readonly createdMs: number;
    /** Of the files' names, while a finished compaction is not in place. */
    readonly ending?: string;
  },
): Promise<Segment> {
  const pathOf = (suffix: SegmentSuffix): string =>
    `${directory}/${segmentFileName(baseOffset, suffix)}${ending}`;
  const sizeOf = async (suffix: "log" | "index" | "timeindex"): Promise<number> =>
    (await files.open(pathOf(suffix), { create: true })).size;
  const [log, index, timeindex, aborted] = await Promise.all([
    sizeOf("log"),
    sizeOf("index"),
    sizeOf("timeindex"),
    readAborted(files, pathOf("txnindex")),
  ]);
  const place = { files, directory, baseOffset, ending };
  return new Segment(place, createdMs, { sizes: { log, index, timeindex }, aborted });
}

/** Without a look at its files: another thread has had one. */
export function reopenSegment(
  files: Files,
  directory: string,
  { state, createdMs }: { readonly state: SegmentState; readonly createdMs: number },
): Segment {
  return new Segment({ files, directory, baseOffset: state.baseOffset }, createdMs, state);
}

/** A segment without aborted transactions has no file of them. */
export async function readAborted(
  files: Files,
  path: string,
): Promise<readonly AbortedTransaction[]> {
  const bytes = await files.readWhole(path);
  return bytes === undefined ? [] : decodeAborted(bytes);
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

/** When the segments without timestamps were written last, by their base offsets. */
export async function modifiedTimes(
  files: Files,
  directory: string,
  segments: readonly Segment[],
): Promise<ReadonlyMap<number, number>> {
  const untimed = segments.filter(({ sizeBytes, largestTimestamp }) =>
    sizeBytes > 0 && largestTimestamp.timestamp < 0
  );
  if (untimed.length === 0) return new Map();
  const entries = await files.list(directory) ?? [];
  const times = new Map(entries.map(({ name, modifiedMs }) => [name, modifiedMs]));
  return new Map(untimed.flatMap(({ baseOffset }) => {
    const modifiedMs = times.get(segmentFileName(baseOffset, "log"));
    return modifiedMs === undefined ? [] : [[baseOffset, modifiedMs] as const];
  }));
}

/**
 * Renames the files of segments, and producer snapshots at their beginnings, to `.deleted`: they
 * are gone for every start from now on. Returns the new paths.
 *
 * One segment after the other, each for good: (1) two are renamed, and power is lost; (2) the first
 * has its old name again, the second has not; (3) recovery finds a gap between the first and what
 * was never to be removed, and cuts the log there.
 */
export async function doomSegments(
  files: Files,
  directory: string,
  { baseOffsets, keepSnapshotOf }: {
    readonly baseOffsets: readonly number[];
    readonly keepSnapshotOf?: number | undefined;
  },
): Promise<string[]> {
  const entries = await files.list(directory) ?? [];
  const own = entries.map(({ name }) => name).filter((name) => OWN_FILE.test(name));
  const paths: string[] = [];
  for (const baseOffset of baseOffsets) {
    for (const name of own.filter((one) => offsetOf(one) === baseOffset)) {
      if (name.endsWith(".snapshot") && baseOffset === keepSnapshotOf) continue;
      const path = `${directory}/${name}${DELETED}`;
      await files.rename(`${directory}/${name}`, path);
      paths.push(path);
    }
    await files.syncDirectory(directory);
  }
  return paths;
}

/**
 * What a crash left of deletions and compactions: `.deleted` and `.cleaned` files go, and indexes
 * without a log. A `.swap` file is a finished compaction: it takes the place of the segments that
 * it covers, unless a `.cleaned` one shows that its round was not finished. Returns what lies in
 * the directory then.
 */
export async function removeLeftovers(
  files: Files,
  directory: string,
): Promise<readonly DirectoryEntry[]> {
  const entries = await files.list(directory) ?? [];
  const names = entries.map(({ name }) => name);
  let hasChanged = false;
  const remove = async (doomed: readonly string[]): Promise<void> => {
    hasChanged ||= doomed.length > 0;
    for (const name of doomed) await files.remove(`${directory}/${name}`);
  };
  const cleaned = names.filter((name) => name.endsWith(".cleaned"));
  const unfinishedFrom = Math.min(...cleaned.map(offsetOf));
  await remove([...cleaned, ...names.filter((name) => name.endsWith(DELETED))]);
  const swaps = names.filter((name) => name.endsWith(SWAP));
  const finished = swaps.filter((name) => offsetOf(name) < unfinishedFrom);
  await remove(swaps.filter((name) => !finished.includes(name)));
  const own = names.filter((name) => OWN_FILE.test(name));
  const covered = await coveredBy(files, directory, finished);
  await remove(own.filter((name) => covered(offsetOf(name))));
  hasChanged ||= finished.length > 0;
  for (const name of finished) {
    await files.rename(`${directory}/${name}`, `${directory}/${name.slice(0, -SWAP.length)}`);
  }
  const logs = new Set(
    [...own, ...finished].filter((name) => /\.log(\.swap)?$/.test(name)).map(offsetOf),
  );
  await remove(own.filter((name) => /index$/.test(name) && !logs.has(offsetOf(name))));
  return hasChanged ? await files.list(directory) ?? [] : entries;
}

/** Of the files of a finished compaction. */
export const SWAP = ".swap";
const DELETED = ".deleted";
/** Belongs to one segment, or to the offset where one begins. */
const OWN_FILE = /^\d{20}\.(log|index|timeindex|txnindex|snapshot)$/;

function offsetOf(name: string): number {
  return Number(name.slice(0, name.indexOf(".")));
}

/** Whether an offset lies where finished compactions have put something else. */
async function coveredBy(
  files: Files,
  directory: string,
  swaps: readonly string[],
): Promise<(offset: number) => boolean> {
  let [from, to] = [Number.POSITIVE_INFINITY, 0];
  for (const name of swaps.filter((one) => one.endsWith(`.log${SWAP}`))) {
    const file = await files.open(`${directory}/${name}`);
    try {
      from = Math.min(from, offsetOf(name));
      for await (const { batch } of scan(file)) to = Math.max(to, batch.nextOffset);
    } finally {
      await file.close();
    }
  }
  return (offset) => offset >= from && offset < to;
}
