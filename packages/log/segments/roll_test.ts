// When a segment is full, as a table.

import type { Batch } from "@odradek/protocol/records/batch";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { batchOfBytes } from "../testing/batches.ts";
import { SimulatedLog } from "../testing/simulated_log.ts";
import { mustRoll, type RollConfig } from "./roll.ts";
import { openSegment } from "./segment_files.ts";

const test = suite("mustRoll");

const BASE = 1000;
const CREATED_MS = 50_000;
const CONFIG: RollConfig = {
  segmentBytes: 1000,
  segmentMs: 600,
  segmentJitterMs: 100,
  indexBytes: 1 << 20,
};

interface Given {
  /** Of the batch that is there already, if any. */
  readonly has?: { readonly sizeBytes: number; readonly timestamp: number };
  readonly comes?: { readonly sizeBytes: number; readonly timestamp: number; readonly at?: number };
  readonly now?: number;
  readonly config?: Partial<RollConfig>;
}

async function rolls({ has, comes, now = CREATED_MS, config }: Given): Promise<boolean> {
  const log = new SimulatedLog();
  await log.format();
  const place = { baseOffset: BASE, createdMs: CREATED_MS };
  const active = await log.settle(openSegment(log.files, "/data", place));
  if (has !== undefined) {
    active.append([batchOfBytes(has.sizeBytes, { baseOffset: BASE, timestamp: has.timestamp })], 1);
  }
  const incoming: Batch[] = [];
  if (comes !== undefined) {
    const { sizeBytes, timestamp, at = BASE + 1 } = comes;
    incoming.push(batchOfBytes(sizeBytes, { baseOffset: at, timestamp }));
  }
  return mustRoll(active, incoming, { config: { ...CONFIG, ...config }, now });
}

const has = { sizeBytes: 600, timestamp: 9000 };

const TABLE: [what: string, given: Given, expected: boolean][] = [
  ["the first batch, however large", { comes: { sizeBytes: 5000, timestamp: 1 } }, false],
  ["exactly full", { has, comes: { sizeBytes: 400, timestamp: 9000 } }, false],
  ["one byte too many", { has, comes: { sizeBytes: 401, timestamp: 9000 } }, true],
  ["as old as it may be", { has, comes: { sizeBytes: 100, timestamp: 9500 } }, false],
  ["too old by the records", { has, comes: { sizeBytes: 100, timestamp: 9501 } }, true],
  ["an older record", { has, comes: { sizeBytes: 100, timestamp: 1 }, now: 10 ** 9 }, false],
  [
    "no timestamps: the clock",
    { has: { ...has, timestamp: -1 }, comes: { sizeBytes: 100, timestamp: -1 }, now: 50_501 },
    true,
  ],
  [
    "no timestamps, in time",
    { has: { ...has, timestamp: -1 }, comes: { sizeBytes: 100, timestamp: -1 }, now: 50_500 },
    false,
  ],
  ["nothing comes, in time", { has, now: 50_500 }, false],
  ["nothing comes, too old", { has, now: 50_501 }, true],
  ["an empty one, too old", { now: 10 ** 9 }, false],
  [
    "the largest relative offset",
    { has, comes: { sizeBytes: 100, timestamp: 9000, at: BASE + 2 ** 31 - 1 } },
    false,
  ],
  [
    "an offset that no entry can hold",
    { has, comes: { sizeBytes: 100, timestamp: 9000, at: BASE + 2 ** 31 } },
    true,
  ],
];

for (const [what, given, expected] of TABLE) {
  test(`mustRoll ${expected ? "rolls" : "goes on"}: ${what}`, async () => {
    assert.is(await rolls(given), expected);
  });
}

test("mustRoll rolls when an index has no room, one slot kept for the end", async () => {
  const log = new SimulatedLog();
  await log.format();
  const place = { baseOffset: BASE, createdMs: CREATED_MS };
  const active = await log.settle(openSegment(log.files, "/data", place));
  let [offsets, times] = [0, 0];
  for (let i = 0; i < 9; i++) {
    active.append([batchOfBytes(100, { baseOffset: BASE + i, timestamp: 9000 + i })], 50);
  }
  assert.equal([active.offsetIndex.count, active.timeIndex.count], [8, 8]);
  for (let indexBytes = 0; indexBytes < 200; indexBytes++) {
    const config = { ...CONFIG, indexBytes, segmentBytes: 10_000 };
    if (!mustRoll(active, [], { config, now: CREATED_MS })) {
      times = indexBytes;
      break;
    }
  }
  assert.is(times, 10 * 12);
  for (let i = 9; i < 40; i++) {
    active.append([batchOfBytes(100, { baseOffset: BASE + i, timestamp: 9000 })], 50);
  }
  for (let indexBytes = 0; indexBytes < 1000; indexBytes++) {
    const config = { ...CONFIG, indexBytes, segmentBytes: 10_000 };
    if (!mustRoll(active, [], { config, now: CREATED_MS })) {
      offsets = indexBytes;
      break;
    }
  }
  assert.is(offsets, (active.offsetIndex.count + 1) * 8);
});

test.run();
