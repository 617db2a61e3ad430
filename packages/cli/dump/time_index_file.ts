// A `.timeindex`: entries of timestamp int64 and relative offset int32, checked against the log
// beside it.

import { scan } from "@odradek/log/segments/scan";
import { type Batch, NO_TIMESTAMP } from "@odradek/protocol/records/batch";
import { readRecords } from "@odradek/protocol/records/record";
import { Failure } from "../failure.ts";
import { DataSource } from "./data_source.ts";
import type { DumpContext } from "./dump.ts";
import { baseOffsetOf, siblingOf } from "./file_names.ts";

const ENTRY_BYTES = 12;

interface Entry {
  readonly timestamp: number;
  readonly offset: number;
}

export async function dumpTimeIndex(path: string, context: DumpContext): Promise<void> {
  const { options, output } = context;
  const baseOffset = baseOffsetOf(path);
  const bytes = await DataSource.readWhole(path);
  await using log = await DataSource.open(siblingOf(path, ".log"));
  const all = readEntries(bytes, baseOffset);
  if (options.sanityOnly) {
    checkSanity(path, bytes, all);
    return output.note(`${path} passed sanity check.`);
  }
  // What is behind was never written: files are made long before they are filled.
  const end = all.findIndex(({ offset }, i) => i > 0 && offset === baseOffset);
  const entries = end < 0 ? all : all.slice(0, end);
  await compare(path, { entries, log }, context);
  if (options.verifyOnly) return;
  for (const { timestamp, offset } of entries) {
    output.entry([["timestamp", timestamp], ["offset", offset]]);
  }
}

function readEntries(bytes: Uint8Array, baseOffset: number): Entry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: Math.floor(bytes.length / ENTRY_BYTES) }, (_, i) => ({
    timestamp: Number(view.getBigInt64(i * ENTRY_BYTES)),
    offset: baseOffset + view.getInt32(i * ENTRY_BYTES + 8),
  }));
}

/** One walk over the log: entries and batches both ascend. */
async function compare(
  path: string,
  { entries, log }: { readonly entries: readonly Entry[]; readonly log: DataSource },
  { findings }: DumpContext,
): Promise<void> {
  let at = 0;
  let before = NO_TIMESTAMP;
  for await (const { batch } of scan(log)) {
    for (let entry = entries[at]; entry !== undefined; entry = entries[++at]) {
      if (batch.lastOffset < entry.offset) break;
      if (batch.lastOffset !== entry.offset) {
        findings.missing(path, entry.offset, batch.lastOffset);
      } else {
        const latest = largestTimestamp(batch);
        if (latest !== entry.timestamp) findings.wrongTime(path, entry.timestamp, latest);
        if (before >= entry.timestamp) findings.disorder(path, entry.timestamp, before);
      }
      before = entry.timestamp;
    }
  }
  for (const { offset } of entries.slice(at)) findings.missing(path, offset, -1);
}

function largestTimestamp(batch: Batch): number {
  return [...readRecords(batch)].reduce(
    (most, { timestamp }) => Math.max(most, timestamp),
    NO_TIMESTAMP,
  );
}

function checkSanity(path: string, bytes: Uint8Array, entries: readonly Entry[]): void {
  const [first, last] = [entries[0], entries.at(-1)];
  const isRagged = bytes.length % ENTRY_BYTES !== 0;
  const isDisordered = first !== undefined && last !== undefined &&
    (last.timestamp < first.timestamp || last.offset < baseOffsetOf(path));
  if (!isRagged && !isDisordered) return;
  const why = isRagged
    ? `${bytes.length} bytes are no whole entries`
    : "its last entry lies before its first";
  throw new Failure(`Corrupt time index found, time index file (${path}): ${why}`);
}
