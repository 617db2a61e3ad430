// The producer snapshots of a partition's directory.

import type { DirectoryEntry, Files } from "@odradek/base";
import { Malformed } from "@odradek/protocol/wire/malformed";
import { decodeSnapshot, encodeSnapshot } from "./snapshot.ts";
import type { ProducerState } from "./producers.ts";
import { segmentFileName } from "../segments/parts.ts";

export interface LoadedSnapshot {
  /** Everything below is in it. */
  readonly offset: number;
  readonly producers: readonly ProducerState[];
}

/** Offsets of all snapshots, ascending. */
export async function snapshotOffsets(
  files: Files,
  directory: string,
): Promise<number[]> {
  return snapshotOffsetsAmong(await files.list(directory) ?? []);
}

/** The same of what was listed. */
export function snapshotOffsetsAmong(entries: readonly DirectoryEntry[]): number[] {
  return entries.map(({ name }) => /^(\d{20})\.snapshot$/.exec(name)?.[1])
    .filter((digits) => digits !== undefined).map(Number);
}

/**
 * The newest one from `logStartOffset` to `endOffset`; damaged ones go, and the one before is used.
 * Without any: nothing is known at the log's start.
 */
export async function loadSnapshot(
  files: Files,
  directory: string,
  { logStartOffset, endOffset, among }: {
    readonly logStartOffset: number;
    readonly endOffset: number;
    /** Of all snapshots, if they are known. */
    readonly among?: readonly number[] | undefined;
  },
): Promise<LoadedSnapshot> {
  const offsets = among ?? await snapshotOffsets(files, directory);
  for (
    const offset of offsets.filter((one) => one <= endOffset && one > logStartOffset).reverse()
  ) {
    const path = snapshotPath(directory, offset);
    const bytes = await files.readWhole(path);
    if (bytes === undefined) continue;
    try {
      return { offset, producers: decodeSnapshot(bytes) };
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      await files.remove(path);
    }
  }
  return { offset: logStartOffset, producers: [] };
}

export async function writeSnapshot(
  files: Files,
  directory: string,
  { offset, producers }: LoadedSnapshot,
): Promise<void> {
  await files.writeWhole(
    snapshotPath(directory, offset),
    encodeSnapshot(producers),
  );
}

/** Removes those of which `isDoomed` holds. */
export async function removeSnapshots(
  files: Files,
  directory: string,
  isDoomed: (offset: number) => boolean,
): Promise<void> {
  for (const offset of await snapshotOffsets(files, directory)) {
    if (isDoomed(offset)) await files.remove(snapshotPath(directory, offset));
  }
}

function snapshotPath(directory: string, offset: number): string {
  return `${directory}/${segmentFileName(offset, "snapshot")}`;
}
