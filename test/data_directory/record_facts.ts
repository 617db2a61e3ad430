// The records of a partition, as consumers see them who read everything, and as those do who read
// what is committed; and the batches that hold them, beside a dump of the file.

import { createHash } from "node:crypto";
import { safeInteger } from "@odradek/base";
import { batchLine } from "@odradek/cli/dump/batch_text";
import type { Cluster } from "@odradek/client";
import type { Batch } from "@odradek/protocol/records/batch";
import {
  type ExpectedPartition,
  type ExpectedRecord,
  nameOf,
  type PartitionName,
} from "./expected.ts";
import type { Facts } from "./facts.ts";
import { abortedAt, fetchLog, recordsOf, type SeenRecord } from "./partition_log.ts";

type Checked = ExpectedPartition & PartitionName & { readonly isUnfinished?: boolean };

export async function checkRecords(
  facts: Facts,
  cluster: Cluster,
  expected: Checked,
): Promise<void> {
  const { logStartOffset: from } = expected;
  const whole = await fetchLog(cluster, {
    ...expected,
    from,
    to: expected.highWatermark,
    isolationLevel: "read_uncommitted",
  });
  const all = recordsOf(whole, from);
  const committed = await fetchLog(cluster, {
    ...expected,
    from,
    to: expected.lastStableOffset,
    isolationLevel: "read_committed",
  });
  compareRecords(facts, expected, all);
  const seen = recordsOf(committed, from);
  // What the transaction will add to it once it has ended.
  const rest = expected.isUnfinished === true
    ? all.filter(({ offset }) => offset >= expected.lastStableOffset)
    : [];
  compareCommitted(facts, expected, { all, committed: [...seen, ...rest] });
  await checkAborted(facts, cluster, { expected, told: committed.aborted });
}

function compareRecords(facts: Facts, expected: Checked, all: readonly SeenRecord[]): void {
  const name = nameOf(expected);
  facts.compare(`${name} records`, expected.recordCount, all.length);
  for (const [i, record] of (expected.records ?? []).entries()) {
    facts.compare(`${name} record ${record.offset}`, record, shown(all[i], record));
  }
  if (expected.digest !== undefined) {
    facts.compare(`${name} digest`, expected.digest, digest(all));
    const { first, last } = expected;
    if (first !== undefined) facts.compare(`${name} first record`, first, shown(all[0], first));
    if (last !== undefined) facts.compare(`${name} last record`, last, shown(all.at(-1), last));
  }
}

interface Views {
  readonly all: readonly SeenRecord[];
  readonly committed: readonly SeenRecord[];
}

function compareCommitted(facts: Facts, expected: Checked, { all, committed }: Views): void {
  const name = nameOf(expected);
  facts.compare(`${name} committed records`, expected.readCommittedCount, committed.length);
  if (expected.offsetsNotReadCommitted !== undefined) {
    const seen = new Set(committed.map(({ offset }) => offset));
    const missing = all.map(({ offset }) => offset).filter((offset) => !seen.has(offset));
    facts.compare(`${name} not committed`, expected.offsetsNotReadCommitted, missing);
  }
  if (expected.digestReadCommitted !== undefined) {
    facts.compare(`${name} committed digest`, expected.digestReadCommitted, digest(committed));
  }
}

/**
 * Readers learn of an aborted transaction while they are not past its marker, and if it begins
 * below the last stable offset.
 */
async function checkAborted(
  facts: Facts,
  cluster: Cluster,
  { expected, told }: { expected: Checked; told: Awaited<ReturnType<typeof fetchLog>>["aborted"] },
): Promise<void> {
  if (expected.abortedTransactions === undefined) return;
  const { topic, partition, lastStableOffset } = expected;
  const name = nameOf(expected);
  const seen = expected.abortedTransactions
    .filter(({ firstOffset }) => firstOffset < lastStableOffset);
  const key = ({ producerId, firstOffset }: { producerId: number; firstOffset: number }) =>
    `${producerId} from ${firstOffset}`;
  facts.compare(
    `${name} aborted transactions`,
    seen.map(key).sort(),
    told.map(({ producerId, firstOffset }) =>
      key({ producerId: safeInteger(producerId), firstOffset: safeInteger(firstOffset) })
    ).sort(),
  );
  for (const one of seen.filter(({ lastOffset }) => lastOffset < lastStableOffset)) {
    const at = async (offset: number): Promise<boolean> => {
      if (offset >= lastStableOffset) return false;
      const aborted = await abortedAt(cluster, { topic, partition, offset });
      return aborted.map(key).includes(key(one));
    };
    await facts.check(`${name} ${key(one)} is aborted at its marker, and not behind it`, [
      true,
      false,
    ], async () => [await at(one.lastOffset), await at(one.lastOffset + 1)]);
  }
}

function shown(record: SeenRecord | undefined, like: ExpectedRecord): ExpectedRecord | undefined {
  if (record === undefined) return undefined;
  const { offset, timestamp, timestampType, leaderEpoch, key, value, headers } = record;
  const isLarge = like.valueSha256 !== undefined;
  return {
    offset,
    timestamp,
    timestampType,
    leaderEpoch,
    key: base64(key),
    ...(isLarge
      ? { valueLength: value?.length ?? -1, valueSha256: sha256(value ?? new Uint8Array(0)) }
      : { value: base64(value) }),
    headers: headers.map((header) => [header.key, base64(header.value)]),
  };
}

/** As the reference makes it: a line for each record. */
function digest(records: readonly SeenRecord[]): string {
  const lines = records.map(({ offset, timestamp, key, value }) =>
    `${offset}\t${timestamp}\t${base64(key) ?? "None"}\t${base64(value) ?? "None"}\n`
  );
  return sha256(lines.join(""));
}

function sha256(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

function base64(bytes: Uint8Array | null): string | null {
  return bytes === null ? null : Buffer.from(bytes).toString("base64");
}

/** `dump`: the lines of a dump of the partition's log files. */
export async function checkBatches(
  facts: Facts,
  cluster: Cluster,
  { dump, ...expected }: Checked & { readonly dump: readonly string[] },
): Promise<void> {
  const { logStartOffset: from, highWatermark: to } = expected;
  const isolationLevel = "read_uncommitted";
  const { batches } = await fetchLog(cluster, { ...expected, from, to, isolationLevel });
  const first = batches[0]?.baseOffset ?? from;
  const lines = dump.filter((line) => line.startsWith("baseOffset: ")).map(withoutPosition)
    .filter((line) => Number(/\d+/.exec(line)?.[0]) >= first);
  for (const [i, line] of lines.entries()) {
    const batch = batches[i];
    const actual = batch === undefined ? undefined : batchText(batch);
    facts.compare(`${nameOf(expected)} batch ${i}`, line, actual);
  }
  facts.compare(`${nameOf(expected)} batches`, lines.length, batches.length);
}

export function batchText(batch: Batch): string {
  return withoutPosition(batchLine(batch, 0));
}

/** In its file: a client does not see it. */
function withoutPosition(line: string): string {
  return line.replace(/ position: \d+/, "");
}
