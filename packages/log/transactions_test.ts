// Transactions in a log: what is remembered of those that were aborted, over rolls and crashes.

import type { Batch } from "@odradek/protocol/records/batch";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { PartitionLog } from "./log.ts";
import type { AbortedTransaction } from "./segments/transaction_index.ts";
import { markerBatch, textBatch } from "./testing/batches.ts";
import { SimulatedLog } from "./testing/simulated_log.ts";

const test = suite("transactions of a log");

const data = (log: PartitionLog, producerId: number, baseSequence: number): Batch =>
  textBatch(["x".repeat(300)], {
    baseOffset: log.endOffset,
    producerId,
    producerEpoch: 0,
    baseSequence,
    isTransactional: true,
  });

const end = (log: PartitionLog, producerId: number, isCommit: boolean): Batch =>
  markerBatch({ baseOffset: log.endOffset, producerId, producerEpoch: 0, isCommit });

/** A transaction over several segments that is aborted, beside others that are not. */
async function fill(world: SimulatedLog, log: PartitionLog): Promise<void> {
  for (let sequence = 0; sequence < 20; sequence++) {
    await world.append(log, [data(log, 1, sequence)]);
    await world.append(log, [data(log, 2, sequence)]);
    await world.append(log, [end(log, 2, sequence % 3 > 0)]);
  }
  await world.append(log, [end(log, 1, false)]);
  await world.append(log, [data(log, 2, 20)]);
}

const abortedIn = (log: PartitionLog): AbortedTransaction[] =>
  log.segments.flatMap(({ transactions }) => transactions.entries);

function expected(): AbortedTransaction[] {
  const short = [0, 3, 6, 9, 12, 15, 18].map((round) => ({
    producerId: 2,
    firstOffset: 3 * round + 1,
    lastOffset: 3 * round + 2,
    lastStableOffset: 0,
  }));
  return [...short, { producerId: 1, firstOffset: 0, lastOffset: 60, lastStableOffset: 61 }];
}

test("append remembers aborted transactions in the segment of their marker", async () => {
  const world = new SimulatedLog();
  await world.format();
  const log = await world.open();
  await fill(world, log);
  assert.is.not(log.segments[4], undefined, "several segments");
  assert.equal(abortedIn(log), expected());
  for (const segment of log.segments) {
    for (const { lastOffset } of segment.transactions.entries) {
      assert.is(log.segmentOf(lastOffset), segment);
    }
  }
  const read = { offset: 0, upTo: log.endOffset, bytesMax: 1 << 20, minOneBatch: true };
  const slice = await world.settle(Promise.resolve(log.read(read)));
  slice.lease?.release();
  const [first] = log.abortedIn(read, slice.sizeBytes);
  assert.is(first?.firstOffset, 0, "it ends in the last segment");
});

test("openLog has them again after a clean stop", async () => {
  const world = new SimulatedLog();
  await world.format();
  const log = await world.open();
  await fill(world, log);
  await world.settle(log.close());
  const again = await world.open({ wasClean: true });
  assert.equal(abortedIn(again), expected());
  assert.is(again.producers.oldestOpenOffset, 61);
});

for (let seed = 1; seed <= 20; seed++) {
  test(`openLog makes them anew after a loss of power (${seed})`, async () => {
    const world = new SimulatedLog(seed);
    await world.format();
    const log = await world.open();
    await fill(world, log);
    const { recoveryPoint } = log;
    world.crash({ losesPower: true });
    const again = await world.open({ recoveryPoint });
    assert.ok(again.endOffset >= recoveryPoint);
    const kept = expected().filter(({ lastOffset }) => lastOffset < again.endOffset);
    assert.equal(abortedIn(again), kept);
  });
}

test("openLog forgets producers that were idle for too long", async () => {
  const world = new SimulatedLog();
  await world.format();
  const log = await world.open();
  await fill(world, log);
  await world.settle(log.close());
  const config = { ...log.config, producerIdleMsMax: 1 };
  const again = await world.open({ wasClean: true, config });
  const known = again.producers.all().map(({ producerId }) => producerId);
  assert.equal(known, [2], "its transaction is open");
});

test.run();
