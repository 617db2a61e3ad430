// Whole partitions that Kafka has written, opened as ours: what the log says of them is what Kafka
// says, after a clean stop and when all must be made anew.

import { cpSync, readFileSync, rmSync } from "node:fs";
import { type Clock, systemClock } from "@odradek/base";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { diskFiles } from "./disk/files.ts";
import type { PartitionLog } from "./log.ts";
import { openLog, type OpenRequest } from "./open.ts";
import { lastSequence } from "./producers/producers.ts";
import { goldenFiles, goldenPath, hasGolden, unpackGolden } from "./testing/golden.ts";
import { inlineJobs } from "./testing/inline_jobs.ts";
import { SMALL_COMPACTION, SMALL_LOG } from "./testing/simulated_log.ts";
import { inTemporaryDirectory } from "./testing/temporary.ts";

const test = suite("partitions that Kafka has written");

interface Expected {
  readonly partition: number;
  readonly logStartOffset: number;
  readonly highWatermark: number;
  readonly lastStableOffset: number;
  /** Not told of internal topics. */
  readonly activeProducers?: readonly {
    readonly producerId: number;
    readonly producerEpoch: number;
    readonly lastSequence: number;
    readonly lastTimestamp: number;
    readonly coordinatorEpoch?: number;
    readonly currentTransactionStartOffset?: number;
  }[];
  readonly abortedTransactions: readonly unknown[];
  readonly leaderEpochs: readonly { readonly epoch: number; readonly startOffset: number }[];
}

/** When the directories were written: Kafka saw no producer as idle. */
const THEN_MS = Date.UTC(2026, 10, 22, 10);
const clock: Clock = { ...systemClock, now: () => THEN_MS };
const files = diskFiles({ clock });

async function open(directory: string, opening: Partial<OpenRequest>): Promise<PartitionLog> {
  const config = {
    ...SMALL_LOG,
    segmentBytes: 1 << 20,
    indexIntervalBytes: 256,
    compaction: SMALL_COMPACTION,
    producerIdleMsMax: 86_400_000,
  };
  const defaults = { recoveryPoint: 0, logStartOffset: 0, wasClean: true };
  const request = { directory, config, ...defaults, ...opening };
  return await openLog(request, { files, clock, jobs: inlineJobs(files) });
}

function check(log: PartitionLog, expected: Expected, name: string): void {
  assert.is(log.startOffset, expected.logStartOffset, `${name}: start`);
  assert.is(log.endOffset, expected.highWatermark, `${name}: end`);
  const stable = Math.min(log.endOffset, log.producers.firstUndecidedOffset(log.endOffset));
  assert.is(stable, expected.lastStableOffset, `${name}: last stable offset`);
  const aborted = log.segments.flatMap(({ transactions }) => transactions.entries);
  assert.equal(aborted, expected.abortedTransactions, `${name}: aborted transactions`);
  // An epoch in which nothing was written yet begins again with its leader.
  const epochs = expected.leaderEpochs.filter(({ startOffset }) => startOffset < log.endOffset);
  assert.equal(log.epochs.entries, epochs, `${name}: leader epochs`);
}

function checkProducers(log: PartitionLog, expected: Expected, name: string): void {
  const ours = log.producers.all().map((state) => ({
    producerId: state.producerId,
    producerEpoch: state.epoch,
    lastSequence: lastSequence(state),
    lastTimestamp: state.lastTimestamp,
    ...(state.coordinatorEpoch < 0 ? {} : { coordinatorEpoch: state.coordinatorEpoch }),
    ...(state.transactionFirstOffset < 0
      ? {}
      : { currentTransactionStartOffset: state.transactionFirstOffset }),
  })).sort((a, b) => a.producerId - b.producerId);
  assert.equal(ours, expected.activeProducers, `${name}: producers`);
}

const expectedTopics = (): Record<string, { readonly partitions: readonly Expected[] }> =>
  JSON.parse(readFileSync(goldenPath("expected.json"), "utf8")).topics;

/** Starts that a checkpoint tells of. */
const STARTS = new Map([["od-deleted-0", 47]]);

const goldenTest = hasGolden ? test : test.skip;

goldenTest("openLog finds in Kafka's clean directory what Kafka finds", () =>
  inTemporaryDirectory(async (folder) => {
    const root = unpackGolden("kafka-data-dir", folder);
    let count = 0;
    for (const [topic, { partitions }] of Object.entries(expectedTopics())) {
      for (const expected of partitions) {
        const name = `${topic}-${expected.partition}`;
        const logStartOffset = STARTS.get(name) ?? 0;
        const log = await open(`${root}/${name}`, { logStartOffset });
        check(log, expected, name);
        // Its records are older than an idle producer is remembered.
        if (expected.activeProducers && topic !== "od-idem") checkProducers(log, expected, name);
        await log.abandon();
        count++;
      }
    }
    assert.ok(count > 30, `${count} partitions`);
  }));

goldenTest("openLog makes indexes and snapshots anew, with the same entries", () =>
  inTemporaryDirectory(async (folder) => {
    const root = unpackGolden("kafka-data-dir", folder);
    for (const expected of expectedTopics()["od-txn"]?.partitions ?? []) {
      const name = `od-txn-${expected.partition}`;
      for (const path of goldenFiles(`${root}/${name}`, "index")) rmSync(path);
      for (const path of goldenFiles(`${root}/${name}`, ".snapshot")) rmSync(path);
      const log = await open(`${root}/${name}`, { wasClean: false });
      check(log, expected, name);
      await log.abandon();
    }
  }));

goldenTest("openLog makes an index of aborted transactions anew that was damaged", () =>
  inTemporaryDirectory(async (folder) => {
    const root = unpackGolden("kafka-data-dir", folder);
    for (const expected of expectedTopics()["od-txn"]?.partitions ?? []) {
      const name = `od-txn-${expected.partition}`;
      const [path] = goldenFiles(`${root}/${name}`, ".txnindex");
      cpSync(`${root}/meta.properties`, path ?? "");
      const log = await open(`${root}/${name}`, {});
      check(log, expected, name);
      await log.abandon();
    }
  }));

test.run();
