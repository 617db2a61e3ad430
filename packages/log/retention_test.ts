// Which segments go by which rule, and what becomes of their files.

import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { PartitionLog } from "./log.ts";
import { expiredSegments, type RetentionLimits } from "./retention.ts";
import type { Segment } from "./segments/segment.ts";
import { textBatch, textsIn } from "./testing/batches.ts";
import { SimulatedLog, SMALL_LOG } from "./testing/simulated_log.ts";

const test = suite("retention");

/** Three segments of ten offsets and 100 bytes, written at 1000, 2000 and 3000. */
const SEGMENTS = [0, 10, 20].map((baseOffset, i) => ({
  baseOffset,
  sizeBytes: 100,
  largestTimestamp: { timestamp: 1000 * (i + 1), offset: baseOffset + 9 },
})) as unknown as readonly Segment[];

interface Case {
  readonly limits?: RetentionLimits;
  readonly startOffset?: number;
  readonly highWatermark?: number;
  readonly now?: number;
  readonly sizes?: readonly number[];
  readonly timestamps?: readonly number[];
  readonly modifiedMs?: number;
  readonly expired: number;
}

const NONE = { ms: -1, bytes: -1 };

const CASES: Readonly<Record<string, Case>> = {
  "nothing without limits": { limits: NONE, now: 1e9, expired: 0 },
  "nothing without a policy": { now: 1e9, expired: 0 },
  "what lies below the log's start": { startOffset: 20, expired: 2 },
  "no segment that holds the log's start": { startOffset: 19, expired: 1 },
  "never the last one by the log's start": { startOffset: 30, expired: 2 },
  "as many bytes as leave the limit or more": { limits: { ms: -1, bytes: 150 }, expired: 1 },
  "exactly down to the limit": { limits: { ms: -1, bytes: 100 }, expired: 2 },
  "all bytes where none may stay": { limits: { ms: -1, bytes: 0 }, expired: 3 },
  "no larger one behind a smaller one that stays": {
    limits: { ms: -1, bytes: 100 },
    sizes: [300, 10, 10],
    expired: 0,
  },
  "what is older than it may be": { limits: { ms: 1000, bytes: -1 }, now: 3001, expired: 2 },
  "not what is exactly as old": { limits: { ms: 1000, bytes: -1 }, now: 3000, expired: 1 },
  "the last one too": { limits: { ms: 1000, bytes: -1 }, now: 9000, expired: 3 },
  "nothing behind one that is younger": {
    limits: { ms: 1000, bytes: -1 },
    timestamps: [1000, 8500, 1000],
    now: 9000,
    expired: 1,
  },
  "by the file's time where there are no timestamps": {
    limits: { ms: 1000, bytes: -1 },
    timestamps: [-1, -1, 8500],
    modifiedMs: 5000,
    now: 9000,
    expired: 2,
  },
  "no empty last one": {
    limits: { ms: 1000, bytes: -1 },
    sizes: [100, 100, 0],
    now: 9000,
    expired: 2,
  },
  "nothing above the high watermark": {
    limits: { ms: 1000, bytes: 0 },
    now: 9000,
    highWatermark: 19,
    expired: 1,
  },
};

for (const [name, { expired, ...given }] of Object.entries(CASES)) {
  test(`expiredSegments takes ${name}`, () => {
    const segments = SEGMENTS.map((segment, i) => ({
      baseOffset: segment.baseOffset,
      sizeBytes: given.sizes?.[i] ?? segment.sizeBytes,
      largestTimestamp: {
        ...segment.largestTimestamp,
        timestamp: given.timestamps?.[i] ?? segment.largestTimestamp.timestamp,
      },
    })) as unknown as Segment[];
    const { limits, startOffset = 0, highWatermark = 30, now = 3000, modifiedMs = 0 } = given;
    const terms = { limits, startOffset, endOffset: 30, highWatermark, now };
    const found = expiredSegments(segments, { ...terms, modifiedMs: () => modifiedMs });
    assert.equal(found, segments.slice(0, expired));
  });
}

// In a log.

const SIZE_LIMIT = { ...SMALL_LOG, retention: { ms: -1, bytes: 4000 } };

async function filled(world: SimulatedLog, log: PartitionLog): Promise<void> {
  for (let i = 0; i < 40; i++) {
    const batch = textBatch(["x".repeat(300)], { baseOffset: log.endOffset, timestamp: 1000 + i });
    await world.append(log, [batch]);
  }
}

async function open(config = SIZE_LIMIT) {
  const world = new SimulatedLog();
  await world.format();
  const log = await world.open({ config });
  await filled(world, log);
  const namesOf = async (ending: string): Promise<number[]> =>
    [...(await world.contents()).keys()].filter((name) => name.endsWith(ending))
      .map((name) => Number.parseInt(name, 10));
  return { world, log, namesOf };
}

test("removeFirst renames the files of segments, and removes them after a while", async () => {
  const { world, log, namesOf } = await open();
  // Snapshots are written behind the appends' back.
  await world.clock.runUntil(world.clock.monotonic() + 1000);
  const expired = await world.settle(log.expired(log.endOffset));
  assert.ok(expired.length > 1);
  const bases = expired.map(({ baseOffset }) => baseOffset);
  log.removeFirst(expired);
  assert.is(log.startOffset, log.segments[0]?.baseOffset);
  assert.ok(log.sizeBytes >= 4000 && log.sizeBytes < 6000, `${log.sizeBytes}`);
  await world.clock.runUntil(world.clock.monotonic() + 1000);
  assert.equal(await namesOf(".log.deleted"), bases);
  assert.equal(await namesOf(".index.deleted"), bases);
  assert.equal(await namesOf(".snapshot.deleted"), bases.slice(1), "the first has none");
  assert.equal(await namesOf(".log"), log.segments.map(({ baseOffset }) => baseOffset));
  await world.clock.runUntil(world.clock.monotonic() + 60_000);
  assert.equal(await namesOf(".deleted"), []);
  await world.settle(log.close());
  const again = await world.open({ wasClean: true });
  assert.is(again.startOffset, log.startOffset);
});

test("removeFirst leaves the segment that is written to", async () => {
  const { world, log } = await open();
  log.removeFirst(log.segments);
  assert.is(log.segments.length, 1);
  assert.is(log.endOffset, 40);
  await world.append(log, [textBatch(["more"], { baseOffset: 40 })]);
  assert.equal(textsIn(await world.read(log, 40)), [[40, "more"]]);
});

test("a read that waited for the disk is refused when its offset has left the log", async () => {
  const { world, log } = await open();
  await world.settle(log.close());
  const again = await world.open({ wasClean: true, config: SIZE_LIMIT });
  const read = again.read({ offset: 0, upTo: 40, bytesMax: 1000, minOneBatch: true });
  assert.instance(read, Promise);
  again.removeFirst(again.segments.slice(0, 2));
  const refused = await world.settle((read as Promise<unknown>).then(
    () => undefined,
    (error: unknown) => (error as { error?: string }).error,
  ));
  assert.is(refused, "OFFSET_OUT_OF_RANGE");
});

test("a sync that is under way ends before the files of removed segments are closed", async () => {
  const { world, log } = await open();
  const flushed = log.flush();
  log.removeFirst(log.segments.slice(0, 3));
  await world.settle(flushed);
  assert.is(log.recoveryPoint, 40);
  await world.settle(log.close());
  assert.is(log.failure, undefined);
});

test("removed segments stay removed after a crash, their files go at the next start", async () => {
  const { world, log, namesOf } = await open();
  log.removeFirst(log.segments.slice(0, 3));
  const { startOffset } = log;
  await world.clock.runUntil(world.clock.monotonic() + 1000);
  world.crash();
  const again = await world.open();
  assert.is(again.startOffset, startOffset);
  assert.equal(await namesOf(".deleted"), []);
});

test.run();
