// Indexes of aborted transactions that cannot be what was written are made anew from the log: from
// the last producer snapshot before the segment on, for it tells which transactions were open.

import type { DirectoryEntry, Files } from "@odradek/base";
import { Malformed } from "@odradek/protocol/wire/malformed";
import { segmentOffsetsAmong } from "../segments/segment_files.ts";
import {
  type AbortedTransaction,
  decodeAborted,
  encodeAborted,
} from "../segments/transaction_index.ts";
import { loadProducers } from "./load.ts";

/** Of all segments of a partition. `entries` is what lies in the directory. */
export async function repairTransactions(
  files: Files,
  { directory, entries, logStartOffset }: {
    readonly directory: string;
    readonly entries: readonly DirectoryEntry[];
    readonly logStartOffset: number;
  },
): Promise<void> {
  const segments = segmentOffsetsAmong(entries);
  for (const { name } of entries) {
    const baseOffset = Number(/^(\d{20})\.txnindex$/.exec(name)?.[1] ?? Number.NaN);
    const index = segments.indexOf(baseOffset);
    const path = `${directory}/${name}`;
    if (index < 0 || await isSound(files, path)) continue;
    const aborted: AbortedTransaction[] = [];
    await loadProducers(files, {
      directory,
      segments,
      logStartOffset,
      offset: segments[index + 1] ?? Number.POSITIVE_INFINITY,
      snapshotOffsetMax: baseOffset,
      aborted: (transaction) => aborted.push(transaction),
    });
    const own = aborted.filter(({ lastOffset }) => lastOffset >= baseOffset);
    await files.writeWhole(path, encodeAborted(own));
  }
}

async function isSound(files: Files, path: string): Promise<boolean> {
  try {
    decodeAborted(await files.readWhole(path) ?? new Uint8Array(0));
    return true;
  } catch (error) {
    if (error instanceof Malformed) return false;
    throw error;
  }
}
