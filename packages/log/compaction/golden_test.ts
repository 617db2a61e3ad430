// Compacted topics of Kafka's own data directories, compacted further by us.

import { systemClock } from "@odradek/base";
import { type Batch, readBatches } from "@odradek/protocol/records/batch";
import { readRecords } from "@odradek/protocol/records/record";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { diskFiles } from "../disk/files.ts";
import type { PartitionLog } from "../log.ts";
import { openLog } from "../open.ts";
import { hasGolden, unpackGolden } from "../testing/golden.ts";
import { inlineJobs } from "../testing/inline_jobs.ts";
import { SMALL_COMPACTION, SMALL_LOG } from "../testing/simulated_log.ts";
import { inTemporaryDirectory } from "../testing/temporary.ts";

const test = suite("compaction of what Kafka has written");

const clock = { ...systemClock, now: () => Date.UTC(2026, 10, 22, 12) };
const files = diskFiles({ clock });
const jobs = inlineJobs(files);

const PARTITIONS = [
  "__consumer_offsets-0",
  "__consumer_offsets-1",
  "__consumer_offsets-2",
  "__consumer_offsets-3",
  "__transaction_state-0",
  "__transaction_state-1",
  "od-compact-0",
  "od-compact-txn-0",
];

async function open(directory: string): Promise<PartitionLog> {
  const compaction = { ...SMALL_COMPACTION, deleteRetentionMs: 86_400_000 };
  const config = {
    ...SMALL_LOG,
    // The process would wait for what is to be removed later.
    deleteDelayMs: 0,
    segmentBytes: 1 << 20,
    indexIntervalBytes: 256,
    compaction,
  };
  const request = { directory, config, wasClean: true, recoveryPoint: 0, logStartOffset: 0 };
  return await openLog(request, { files, clock, jobs });
}

async function batchesOf(log: PartitionLog): Promise<Batch[]> {
  const batches: Batch[] = [];
  for (let offset = log.startOffset; offset < log.endOffset;) {
    const read = { offset, upTo: log.endOffset, bytesMax: 1 << 20, minOneBatch: true };
    const { lease } = await log.read(read);
    for (const batch of readBatches(lease?.bytes.slice() ?? new Uint8Array(0))) {
      batches.push(batch);
      offset = batch.nextOffset;
    }
    lease?.release();
  }
  return batches;
}

interface Kept {
  readonly offset: number;
  readonly value: string | undefined;
}

/** The last record of every key; offsets of all records. */
function contentOf(batches: readonly Batch[], aborted: ReadonlySet<number>) {
  const last = new Map<string, Kept>();
  const all = new Map<number, string>();
  for (const batch of batches) {
    if (batch.isControl) continue;
    for (const { offset, key, value } of readRecords(batch)) {
      all.set(offset, `${key?.toHex()} ${value?.toHex()}`);
      if (!aborted.has(offset)) last.set(key?.toHex() ?? "", { offset, value: value?.toHex() });
    }
  }
  return { last, all };
}

function abortedOffsets(log: PartitionLog, batches: readonly Batch[]): Set<number> {
  const aborted = log.segments.flatMap(({ transactions }) => transactions.entries);
  return new Set(batches.flatMap((batch) =>
    aborted.some((one) =>
        one.producerId === batch.producerId && batch.baseOffset >= one.firstOffset &&
        batch.baseOffset <= one.lastOffset
      )
      ? Array.from({ length: batch.lastOffsetDelta + 1 }, (_, i) => batch.baseOffset + i)
      : []
  ));
}

const goldenTest = hasGolden ? test : test.skip;

goldenTest("the last value of every key stays, at its offset", () =>
  inTemporaryDirectory(async (folder) => {
    const root = unpackGolden("kafka-data-dir", folder);
    let [before, after] = [0, 0];
    for (const name of PARTITIONS) {
      const log = await open(`${root}/${name}`);
      const found = await batchesOf(log);
      const aborted = abortedOffsets(log, found);
      const was = contentOf(found, aborted);
      await log.roll();
      const stable = Math.min(log.endOffset, log.producers.firstUndecidedOffset(log.endOffset));
      const range = await log.compactionRange(stable);
      if (range !== undefined) {
        const { signal } = new AbortController();
        assert.ok(await log.compact(range, { jobs, signal }), name);
      }
      const is = contentOf(await batchesOf(log), aborted);
      assert.equal(is.last, was.last, name);
      for (const [offset, content] of is.all) assert.is(content, was.all.get(offset));
      before += was.all.size;
      after += is.all.size;
      await log.close();
    }
    assert.ok(after < before, `${before} records, ${after} afterwards`);
  }));

test.run();
