// Logs that are cut: what is left is what was there, and nothing of what went comes back.

import { type Files, type Lease, systemClock } from "@odradek/base";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { diskFiles } from "./disk/files.ts";
import type { PartitionLog } from "./log.ts";
import { openLog } from "./open.ts";
import { markerBatch, textBatch, textsIn } from "./testing/batches.ts";
import { inlineJobs } from "./testing/inline_jobs.ts";
import { SimulatedLog, SMALL_LOG } from "./testing/simulated_log.ts";
import { inTemporaryDirectory } from "./testing/temporary.ts";
import { findLargestTimestamp } from "./timestamps.ts";

const test = suite("truncation");

const COUNT = 60;

/** Batches of two records in several segments; an epoch for each ten offsets; two producers. */
async function fill(world: SimulatedLog, log: PartitionLog): Promise<void> {
  for (let i = 0; log.endOffset < COUNT; i++) {
    const baseOffset = log.endOffset;
    const header = {
      baseOffset,
      leaderEpoch: Math.floor(baseOffset / 10),
      timestamp: 1000 + baseOffset,
      producerId: i % 2,
      producerEpoch: 0,
      baseSequence: 2 * Math.floor(i / 2),
    };
    const batch = textBatch([`a ${baseOffset}`, `b ${baseOffset}`.padEnd(150)], header);
    await world.append(log, [batch]);
  }
}

async function filled(seed = 1) {
  const world = new SimulatedLog(seed);
  await world.format();
  const log = await world.open();
  await fill(world, log);
  return { world, log };
}

async function offsetsOf(world: SimulatedLog, log: PartitionLog): Promise<number[]> {
  const offsets: number[] = [];
  for (let offset = log.startOffset; offset < log.endOffset;) {
    for (const [each] of textsIn(await world.read(log, offset))) offsets.push(each);
    offset = (offsets.at(-1) ?? offset) + 1;
  }
  return offsets;
}

const upTo = (end: number): number[] => Array.from({ length: end }, (_, i) => i);

for (let offset = 1; offset <= COUNT; offset++) {
  test(`truncateTo ${offset} keeps whole batches below, and what is known of them`, async () => {
    const { world, log } = await filled();
    const end = offset - offset % 2;
    await world.settle(log.flush());
    await world.settle(log.truncateTo(offset));
    assert.is(log.endOffset, end);
    assert.is(log.recoveryPoint, end);
    assert.equal(await offsetsOf(world, log), upTo(end));
    assert.is(log.epochs.latest, end === 0 ? -1 : Math.floor((end - 1) / 10));
    const [even, odd] = [0, 1].map((id) => log.producers.get(id)?.batches.at(-1)?.lastOffset);
    assert.is(Math.max(even ?? -1, odd ?? -1), end - 1);
    const newest = await world.settle(findLargestTimestamp(log));
    assert.is(newest?.timestamp, end === 0 ? undefined : 1000 + end - 2);
    // It goes on as if the rest had never been there.
    await fill(world, log);
    assert.equal(await offsetsOf(world, log), upTo(COUNT));
    await world.settle(log.close());
    const again = await world.open({ wasClean: true });
    assert.equal(await offsetsOf(world, again), upTo(COUNT));
    assert.equal(again.epochs.entries, log.epochs.entries);
    assert.equal(again.producers.all(), log.producers.all().map((state) => ({
      ...state,
      batches: state.batches.slice(-1),
    })));
  });
}

test("truncateTo what is not there yet changes nothing", async () => {
  const { world, log } = await filled();
  await world.settle(log.truncateTo(COUNT));
  await world.settle(log.truncateTo(COUNT + 5));
  assert.equal(await offsetsOf(world, log), upTo(COUNT));
});

test("truncateTo gives a read no byte above the new end, from the call on", async () => {
  const { world, log } = await filled();
  const truncated = log.truncateTo(31);
  await world.settle(Promise.resolve());
  while (log.endOffset !== 30) await world.clock.runUntil(world.clock.monotonic() + 0.1);
  const upToEnd = { upTo: log.endOffset };
  assert.equal(textsIn(await world.read(log, 28, upToEnd)).map(([offset]) => offset), [28, 29]);
  await world.settle(truncated);
});

test("truncateTo takes back the end of a transaction", async () => {
  const world = new SimulatedLog();
  await world.format();
  const log = await world.open();
  const header = { producerId: 7, producerEpoch: 0 };
  const data = { ...header, isTransactional: true, baseSequence: 0 };
  await world.append(log, [textBatch(["in it"], { ...data, baseOffset: 0 })]);
  await world.append(log, [markerBatch({ ...header, baseOffset: 1, isCommit: false })]);
  await world.settle(log.flush());
  assert.is(log.producers.oldestOpenOffset, undefined);
  await world.settle(log.truncateTo(1));
  assert.is(log.producers.oldestOpenOffset, 0);
  assert.equal(log.segments[0]?.transactions.entries, []);
  await world.settle(log.close());
  const again = await world.open({ wasClean: true });
  assert.equal(again.segments[0]?.transactions.entries, []);
});

test("truncateFully starts anew, behind what was there or before it", async () => {
  for (const offset of [0, 20, 1000]) {
    const { world, log } = await filled();
    await world.settle(log.truncateFully(offset));
    assert.equal([log.startOffset, log.endOffset], [offset, offset]);
    assert.equal([log.epochs.entries.length, log.producers.all().length], [0, 0]);
    await world.append(log, [textBatch(["first"], { baseOffset: offset })]);
    assert.equal(textsIn(await world.read(log, offset)), [[offset, "first"]]);
    await world.settle(log.close());
    const again = await world.open({ wasClean: true });
    assert.equal([again.startOffset, again.endOffset], [offset, offset + 1]);
  }
});

test("truncateFully takes segments that retention or a snapshot wants away meanwhile", async () => {
  for (let steps = 0; steps <= 40; steps++) {
    const { world, log } = await filled();
    await world.settle(log.flush());
    // Nothing else is under way.
    await world.clock.runUntil(world.clock.monotonic() + 100);
    const old = log.segments.slice(0, 2);
    const cutting = log.truncateFully(100);
    await world.clock.runUntil(world.clock.monotonic() + steps / 10);
    log.removeFirst(old);
    await world.settle(cutting);
    await world.append(log, [textBatch(["first"], { baseOffset: 100 })]);
    await world.settle(log.flush());
    assert.is(log.failure, undefined, `after ${steps / 10} ms`);
    assert.equal(textsIn(await world.read(log, 100)), [[100, "first"]]);
  }
});

for (let seed = 1; seed <= 20; seed++) {
  test(`truncateTo, written on and crashed, recovers to one history (${seed})`, async () => {
    const { world, log } = await filled(seed);
    await world.settle(log.flush());
    await world.settle(log.truncateTo(26));
    for (const text of ["v", "w", "x", "y", "z"]) {
      const batch = textBatch([text.padEnd(200)], { baseOffset: log.endOffset, leaderEpoch: 9 });
      await world.append(log, [batch]);
    }
    const { recoveryPoint } = log;
    world.crash({ losesPower: true });
    const again = await world.open({ recoveryPoint });
    const offsets = await offsetsOf(world, again);
    assert.equal(offsets, upTo(again.endOffset));
    assert.is(Math.max(again.endOffset, 26), again.endOffset);
  });
}

// Under leases, on a real disk.

async function onDisk(use: (log: PartitionLog, files: Files) => Promise<void>): Promise<void> {
  await inTemporaryDirectory(async (root) => {
    const files = diskFiles({ clock: systemClock });
    // The process would wait for what is to be removed later.
    const config = { ...SMALL_LOG, segmentBytes: 1 << 20, deleteDelayMs: 0 };
    const request = { wasClean: false, recoveryPoint: 0, logStartOffset: 0, config };
    const context = { files, clock: systemClock, jobs: inlineJobs(files) };
    const log = await openLog({ directory: `${root}/t-0`, ...request }, context);
    for (let i = 0; i < 20; i++) {
      log.append([textBatch([`record ${i}`], { baseOffset: log.endOffset })]);
    }
    await use(log, files);
    await log.abandon();
  });
}

function lease(log: PartitionLog, offset: number, bytesMax: number): Lease {
  const slice = log.read({ offset, upTo: log.endOffset, bytesMax, minOneBatch: true });
  if (slice instanceof Promise || slice.lease === undefined) throw new Error("cold");
  return slice.lease;
}

test("truncateTo waits for those who read what goes, and for no others", () =>
  onDisk(async (log) => {
    const [below, above] = [lease(log, 0, 100), lease(log, 15, 100)];
    let isDone = false;
    const truncated = log.truncateTo(10).then(() => (isDone = true));
    await new Promise((resolve) => setImmediate(resolve));
    assert.not(isDone);
    above.release();
    await truncated;
    assert.is(log.endOffset, 10);
    assert.equal(textsIn(below.bytes), [[0, "record 0"]]);
    below.release();
  }));

test("truncateTo destroys the connections that read what goes for more than a second", () =>
  onDisk(async (log) => {
    const above = lease(log, 15, 100);
    const destroyed: string[] = [];
    above.holder = { destroy: ({ message }) => void destroyed.push(message) };
    await log.truncateTo(10);
    assert.is(destroyed.length, 1);
    assert.match(destroyed[0] ?? "", /truncated while they were read/);
    log.append([textBatch(["again"], { baseOffset: 10, leaderEpoch: 1 })]);
    assert.equal(textsIn(lease(log, 10, 100).bytes), [[10, "again"]]);
  }));

test.run();
