// Indexes that are missing or cannot be what was written are made anew from the log: by their sizes
// and their last entries, for a look at all of them would take as long. Those of a directory that
// Kafka has left may be longer than what is used.

import type { DirectoryEntry, Files } from "@odradek/base";
import { BATCH_HEADER_BYTES } from "@odradek/protocol/records/batch";
import { IndexBuilder } from "./index_builder.ts";
import { readLastEntry } from "./last_entry.ts";
import { OFFSET_ENTRY_BYTES } from "./offset_index.ts";
import { scan } from "./scan.ts";
import { segmentFileName } from "./parts.ts";
import { TIME_ENTRY_BYTES } from "./time_index.ts";

/**
 * Of all segments of a partition that are not empty. `entries` is what lies in the directory.
 * Returns whether there was something to repair.
 */
export async function repairIndexes(
  files: Files,
  { directory, entries, intervalBytes }: {
    readonly directory: string;
    readonly entries: readonly DirectoryEntry[];
    readonly intervalBytes: number;
  },
): Promise<boolean> {
  const sizes = new Map(entries.map(({ name, size }) => [name, size]));
  let hasRepaired = false;
  for (const log of entries) {
    const digits = /^(\d{20})\.log$/.exec(log.name)?.[1];
    if (digits === undefined || log.size === 0) continue;
    const known = { directory, log, sizes };
    if (areIndexesPlausible(log, sizes) && await arePointing(files, known)) continue;
    await rebuild({ directory, baseOffset: Number(digits), intervalBytes }, files);
    hasRepaired = true;
  }
  return hasRepaired;
}

function areIndexesPlausible(
  { name, size }: DirectoryEntry,
  sizes: ReadonlyMap<string, number>,
): boolean {
  const stem = name.slice(0, -"log".length);
  // Each batch has an entry at most, and the time index one more at the end of the segment.
  const countMax = Math.ceil(size / BATCH_HEADER_BYTES) + 1;
  const isPlausible = (suffix: string, entryBytes: number): boolean => {
    const bytes = sizes.get(stem + suffix);
    return bytes !== undefined && bytes % entryBytes === 0 && bytes / entryBytes <= countMax;
  };
  return isPlausible("index", OFFSET_ENTRY_BYTES) && isPlausible("timeindex", TIME_ENTRY_BYTES);
}

/** Whether the last entries lie within the segment. */
async function arePointing(
  files: Files,
  { directory, log, sizes }: {
    readonly directory: string;
    readonly log: DirectoryEntry;
    readonly sizes: ReadonlyMap<string, number>;
  },
): Promise<boolean> {
  const stem = log.name.slice(0, -"log".length);
  const lastOf = async (suffix: string, entryBytes: number): Promise<DataView | undefined> => {
    const place = { path: `${directory}/${stem}${suffix}`, size: sizes.get(stem + suffix) ?? 0 };
    const bytes = (await readLastEntry(files, place, entryBytes))?.bytes;
    return bytes && new DataView(bytes.buffer, bytes.byteOffset);
  };
  const offsets = await lastOf("index", OFFSET_ENTRY_BYTES);
  const position = offsets?.getInt32(4) ?? 1;
  if ((offsets?.getInt32(0) ?? 0) < 0 || position <= 0 || position >= log.size) return false;
  const times = await lastOf("timeindex", TIME_ENTRY_BYTES);
  return (times?.getInt32(8) ?? 0) >= 0 && Number(times?.getBigInt64(0) ?? 0n) >= 0;
}

interface RebuildRequest {
  readonly directory: string;
  readonly baseOffset: number;
  readonly intervalBytes: number;
}

async function rebuild(
  { directory, baseOffset, intervalBytes }: RebuildRequest,
  files: Files,
): Promise<void> {
  const path = (suffix: "log" | "index" | "timeindex"): string =>
    `${directory}/${segmentFileName(baseOffset, suffix)}`;
  const index = new IndexBuilder(baseOffset, intervalBytes);
  const file = await files.open(path("log"));
  try {
    for await (const { position, batch } of scan(file)) index.add(batch, position);
  } finally {
    await file.close();
  }
  // Synced: the recovery point may lie behind the segment already.
  await files.writeWhole(path("index"), index.offsetIndex());
  await files.writeWhole(path("timeindex"), index.timeIndex());
}
