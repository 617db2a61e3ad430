// A partition's log over both drivers of the file system: what was appended is read, whatever
// happens in between.

import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Clock, type Files, seededRandom, systemClock } from "@odradek/base";
import { SimulatedClock } from "@odradek/base/testing/simulated_clock";
import { Batch, readBatches } from "@odradek/protocol/records/batch";
import { buildBatch } from "@odradek/protocol/records/builder";
import { readRecords } from "@odradek/protocol/records/record";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { diskFiles } from "./disk/files.ts";
import type { LogConfig, PartitionLog } from "./log.ts";
import { openLog } from "./open.ts";
import { inlineJobs } from "./testing/inline_jobs.ts";
import { SimulatedDisk } from "./testing/simulated_disk.ts";
import { findByTimestamp, findLargestTimestamp } from "./timestamps.ts";

const CONFIG: LogConfig = {
  segmentBytes: 4096,
  segmentMs: 3_600_000,
  segmentJitterMs: 0,
  indexBytes: 1024,
  indexIntervalBytes: 300,
  flushMessages: Number.MAX_SAFE_INTEGER,
  flushMs: Number.MAX_SAFE_INTEGER,
  producerIdleMsMax: Number.MAX_SAFE_INTEGER,
  retention: undefined,
  deleteDelayMs: 60_000,
  compaction: undefined,
};

interface World {
  readonly directory: string;
  files: Files;
  readonly clock: Clock;
  /** Those that were opened: a log may still write in the background when its test has ended. */
  readonly logs: PartitionLog[];
  settle<T>(promise: Promise<T>): Promise<T>;
}

interface Opening {
  readonly wasClean?: boolean;
  readonly recoveryPoint?: number;
}

async function open(world: World, opening: Opening = {}): Promise<PartitionLog> {
  const { files, clock, directory, logs } = world;
  const log = await world.settle(openLog({
    directory,
    config: CONFIG,
    wasClean: opening.wasClean ?? false,
    recoveryPoint: opening.recoveryPoint ?? 0,
    logStartOffset: 0,
  }, { files, clock, jobs: inlineJobs(files) }));
  logs.push(log);
  return log;
}

/** Appends one batch with so many records, as a leader does. */
async function append(
  world: World,
  log: PartitionLog,
  values: readonly string[],
): Promise<void> {
  const batch = new Batch(buildBatch(
    values.map((value) => ({ value: new TextEncoder().encode(value) })),
    {
      baseOffset: log.endOffset,
      leaderEpoch: 0,
      timestamp: 1_000_000 + log.endOffset,
    },
  ));
  if (log.mustRoll([batch])) await world.settle(log.roll());
  log.append([batch]);
}

async function readAll(
  world: World,
  log: PartitionLog,
  from = 0,
): Promise<string[]> {
  const values: string[] = [];
  for (let offset = from; offset < log.endOffset;) {
    const request = {
      offset,
      upTo: log.endOffset,
      bytesMax: 1000,
      minOneBatch: true,
    };
    const { lease } = await world.settle(Promise.resolve(log.read(request)));
    if (lease === undefined) throw new Error(`nothing at ${offset}`);
    for (const batch of readBatches(lease.bytes)) {
      for (const record of readRecords(batch)) {
        if (record.offset >= offset) {
          values.push(new TextDecoder().decode(record.value ?? undefined));
        }
      }
      offset = batch.nextOffset;
    }
    lease.release();
  }
  return values;
}

const numbers = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, i) => `value ${from + i}`);

async function fill(
  world: World,
  log: PartitionLog,
  to: number,
): Promise<void> {
  while (log.endOffset < to) {
    const next = Math.min(to, log.endOffset + 1 + (log.endOffset % 7));
    await append(world, log, numbers(log.endOffset, next));
  }
}

type Use = (world: World) => Promise<void>;

async function onDisk(use: Use): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), "odradek-log-"));
  const clock = systemClock;
  const logs: PartitionLog[] = [];
  try {
    await use({
      directory: `${root}/t-0`,
      files: diskFiles({ clock }),
      clock,
      logs,
      settle: (promise) => promise,
    });
  } finally {
    for (const log of logs) await log.abandon();
    await rm(root, { recursive: true });
  }
}

async function simulated(
  use: (world: World, disk: SimulatedDisk) => Promise<void>,
): Promise<void> {
  const clock = new SimulatedClock();
  const disk = new SimulatedDisk({ clock, random: seededRandom(7) });
  await use(
    {
      directory: "/data/t-0",
      files: disk.mount(),
      clock,
      logs: [],
      settle: (promise) => clock.runFor(promise),
    },
    disk,
  );
}

for (
  const [name, over] of [["disk", onDisk], [
    "simulated disk",
    simulated,
  ]] as const
) {
  const test = suite(`PartitionLog over ${name}`);

  test("PartitionLog.read gives what was appended, over many segments", () =>
    over(async (world) => {
      const log = await open(world);
      await fill(world, log, 500);
      assert.ok(log.segments.length > 3);
      assert.equal(await readAll(world, log), numbers(0, 500));
      assert.equal(await readAll(world, log, 250), numbers(250, 500));
      await world.settle(log.close());
    }));

  test("PartitionLog.close leaves what a clean start needs", () =>
    over(async (world) => {
      const log = await open(world);
      await fill(world, log, 100);
      await world.settle(log.close());
      const again = await open(world, { wasClean: true });
      assert.is(again.endOffset, 100);
      assert.is(again.recoveryPoint, 100);
      assert.equal(again.epochs.entries, [{ epoch: 0, startOffset: 0 }]);
      await fill(world, again, 120);
      assert.equal(await readAll(world, again), numbers(0, 120));
    }));

  test("openLog recovers a log that was not closed, indexes included", () =>
    over(async (world) => {
      const log = await open(world);
      await fill(world, log, 200);
      const indexes = log.segments.map((segment) => segment.offsetIndex.count);
      await world.settle(log.abandon());
      const again = await open(world);
      assert.is(again.endOffset, 200);
      assert.equal(
        again.segments.map((segment) => segment.offsetIndex.count),
        indexes,
      );
      assert.equal(await readAll(world, again), numbers(0, 200));
    }));

  test("findByTimestamp finds the first record that is not older", () =>
    over(async (world) => {
      const log = await open(world);
      await fill(world, log, 300);
      const find = async (timestamp: number): Promise<number | undefined> =>
        (await world.settle(findByTimestamp(log, timestamp)))?.offset;
      assert.is(await find(0), 0);
      assert.is(await find(1_000_000), 0);
      // Batches begin at offsets 0, 1, 3, 7, 8 …: all records of one have one time.
      assert.is(await find(1_000_002), 3);
      assert.is(await find(9_000_000), undefined);
      const largest = await world.settle(findLargestTimestamp(log));
      assert.is(await find((largest?.timestamp ?? 0) + 1), undefined);
      assert.is(await find(largest?.timestamp ?? 0), largest?.offset);
      assert.ok((largest?.offset ?? 0) > 290);
      log.advanceStart(log.endOffset);
      assert.equal(await world.settle(findLargestTimestamp(log)), largest, "as Kafka tells it");
      assert.is(await find(largest?.timestamp ?? 0), undefined);
    }));

  test("PartitionLog.read ends before upTo", () =>
    over(async (world) => {
      const log = await open(world);
      await fill(world, log, 30);
      const read = await log.read({
        offset: 0,
        upTo: 7,
        bytesMax: 100_000,
        minOneBatch: true,
      });
      const batches = [...readBatches(read.lease?.bytes ?? new Uint8Array(0))];
      assert.is(batches.at(-1)?.nextOffset, 7);
      const none = await log.read({
        offset: 7,
        upTo: 7,
        bytesMax: 100_000,
        minOneBatch: true,
      });
      assert.is(none.lease, undefined);
      const small = await log.read({
        offset: 0,
        upTo: 30,
        bytesMax: 10,
        minOneBatch: false,
      });
      assert.is(small.sizeBytes, 0);
      const one = await log.read({
        offset: 0,
        upTo: 30,
        bytesMax: 10,
        minOneBatch: true,
      });
      assert.is(one.sizeBytes, batches[0]?.sizeBytes);
    }));

  test.run();
}

const test = suite("PartitionLog");

test("PartitionLog keeps exactly the bytes of its records in its file", () =>
  onDisk(async (world) => {
    const log = await open(world);
    await fill(world, log, 20);
    const path = `${world.directory}/00000000000000000000.log`;
    assert.is((await stat(path)).size, log.sizeBytes);
    const batches = [...readBatches(await readFile(path))];
    assert.is(batches.at(-1)?.nextOffset, 20);
    assert.ok(batches.every((batch) => batch.isCrcValid()));
    await log.close();
  }));

test("openLog cuts a torn tail and keeps everything before it", () =>
  onDisk(async (world) => {
    const log = await open(world);
    await fill(world, log, 50);
    await log.abandon();
    const files = diskFiles({ clock: systemClock });
    const name = `${world.directory}/${
      String(log.segments.at(-1)?.baseOffset).padStart(20, "0")
    }.log`;
    const file = await files.open(name);
    file.write([new Uint8Array(70).fill(7)], file.size);
    await file.close();
    const again = await open(world);
    assert.is(again.endOffset, 50);
    assert.equal(await readAll(world, again), numbers(0, 50));
  }));

test("openLog never loses what was flushed, whatever power loss takes", async () => {
  for (let seed = 0; seed < 200; seed++) {
    const clock = new SimulatedClock();
    const random = seededRandom(seed);
    const disk = new SimulatedDisk({ clock, random });
    const world: World = {
      directory: "/data/t-0",
      files: disk.mount(),
      clock,
      logs: [],
      settle: (promise) => clock.runFor(promise),
    };
    await world.settle(world.files.makeDirectory("/data"));
    await world.settle(world.files.syncDirectory("/"));
    let log = await open(world);
    let flushed = 0;
    for (let round = 0; round < 5; round++) {
      await fill(world, log, log.endOffset + random.below(60));
      if (random.below(2) === 0) {
        await world.settle(log.flush());
        flushed = log.endOffset;
        await fill(world, log, log.endOffset + random.below(60));
      }
      const before = log.endOffset;
      // A checkpoint names no more than the log that wrote it has had synced.
      const { recoveryPoint } = log;
      if (random.below(2) === 0) disk.losePower();
      else disk.kill();
      world.files = disk.mount();
      log = await open(world, { recoveryPoint: random.below(recoveryPoint + 1) });
      assert.ok(
        log.endOffset >= flushed,
        `seed ${seed}: ${log.endOffset} of ${flushed}`,
      );
      assert.ok(log.endOffset <= before);
      assert.equal(
        await readAll(world, log),
        numbers(0, log.endOffset),
        `seed ${seed}`,
      );
    }
  }
});

test("PartitionLog.append that the disk refuses changes nothing", () =>
  simulated(async (world, disk) => {
    const log = await open(world);
    await fill(world, log, 10);
    disk.isFull = true;
    const batch = new Batch(
      buildBatch([{ value: new Uint8Array(9) }], { baseOffset: 10 }),
    );
    assert.throws(() => log.append([batch]), /no space left/);
    assert.is(log.endOffset, 10);
    disk.isFull = false;
    await fill(world, log, 20);
    assert.equal(await readAll(world, log), numbers(0, 20));
  }));

test.run();
