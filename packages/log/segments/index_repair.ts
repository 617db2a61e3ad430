// Indexes that are missing or cannot be what was written, found by their sizes alone: they are made
// anew from the log. Those of a directory that Kafka has left may be longer than what is used.

import type { DirectoryEntry, Files } from "@odradek/base";
import { BATCH_HEADER_BYTES } from "@odradek/protocol/records/batch";
import { IndexBuilder, overwrite } from "./index_builder.ts";
import { OFFSET_ENTRY_BYTES } from "./offset_index.ts";
import { scan } from "./scan.ts";
import { segmentFileName } from "./segment.ts";
import { TIME_ENTRY_BYTES } from "./time_index.ts";

/** Of all segments of a partition that are not empty. */
export async function repairIndexes(
  files: Files,
  directory: string,
  intervalBytes: number,
): Promise<void> {
  const entries = await files.list(directory) ?? [];
  const sizes = new Map(entries.map(({ name, size }) => [name, size]));
  for (const log of entries) {
    const digits = /^(\d{20})\.log$/.exec(log.name)?.[1];
    if (digits !== undefined && log.size > 0 && !areIndexesPlausible(log, sizes)) {
      await rebuildIndexes(files, directory, { baseOffset: Number(digits), intervalBytes });
    }
  }
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

async function rebuildIndexes(
  files: Files,
  directory: string,
  segment: { readonly baseOffset: number; readonly intervalBytes: number },
): Promise<void> {
  const { baseOffset, intervalBytes } = segment;
  const path = (suffix: "log" | "index" | "timeindex"): string =>
    `${directory}/${segmentFileName(baseOffset, suffix)}`;
  const index = new IndexBuilder(baseOffset, intervalBytes);
  const file = await files.open(path("log"));
  try {
    for await (const { position, batch } of scan(file)) index.add(batch, position);
  } finally {
    await file.close();
  }
  await overwrite(files, path("index"), index.offsetIndex());
  await overwrite(files, path("timeindex"), index.timeIndex());
}
