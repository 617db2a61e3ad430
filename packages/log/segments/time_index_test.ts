// From timestamps to offsets: entries ascend in time, whatever is offered.

import * as fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { SimulatedLog } from "../testing/simulated_log.ts";
import { TimeIndex } from "./time_index.ts";

const test = suite("TimeIndex");

const BASE = 5_000_000_000;

async function indexOf(
  entries: readonly (readonly [timestamp: number, offset: number])[],
): Promise<{ log: SimulatedLog; index: TimeIndex }> {
  const log = new SimulatedLog();
  await log.format();
  const file = await log.settle(log.files.open("/data/x.timeindex", { create: true }));
  const index = new TimeIndex(file, BASE);
  for (const [timestamp, offset] of entries) index.append({ timestamp, offset: BASE + offset });
  return { log, index };
}

test("TimeIndex.append takes only what is later than the last entry", async () => {
  const given = [[-1, 0], [50, 3], [50, 5], [40, 9], [60, 12], [0, 15]] as const;
  const { index } = await indexOf(given);
  assert.is(index.count, 2);
  assert.equal(index.last, { timestamp: 60, offset: BASE + 12 });
  index.write();
  index.append({ timestamp: 60, offset: BASE + 20 });
  assert.is(index.count, 2, "what is written counts too");
});

test("TimeIndex.append takes a timestamp of 0, but not none", async () => {
  const { index } = await indexOf([[-1, 1], [0, 2]]);
  assert.equal(index.last, { timestamp: 0, offset: BASE + 2 });
});

test("TimeIndex.entryBefore is the last entry that is not later", async () => {
  const { index } = await indexOf([[50, 3], [60, 12], [75, 20]]);
  const table: [timestamp: number, offset: number | undefined][] = [
    [49, undefined],
    [50, 3],
    [59, 3],
    [60, 12],
    [74, 12],
    [75, 20],
    [Number.MAX_SAFE_INTEGER, 20],
  ];
  for (const [timestamp, offset] of table) {
    const expected = offset === undefined ? undefined : BASE + offset;
    assert.is(index.entryBefore(timestamp)?.offset, expected, `${timestamp}`);
  }
});

test("TimeIndex writes timestamp and relative offset, big-endian", async () => {
  const { index, log } = await indexOf([[1_662_649_069_768, 3], [1_662_649_069_769, 12]]);
  index.write();
  const bytes = await log.settle(log.files.readWhole("/data/x.timeindex"));
  assert.is(bytes?.toHex(), "000001831d9b70c800000003" + "000001831d9b70c90000000c");
});

test("TimeIndex.truncate drops the entries at or above an offset", async () => {
  const table: [endOffset: number, last: number | undefined][] = [
    [0, undefined],
    [3, undefined],
    [4, 3],
    [12, 3],
    [20, 12],
    [21, 20],
  ];
  for (const [endOffset, last] of table) {
    const { index, log } = await indexOf([[50, 3], [60, 12], [75, 20]]);
    await log.settle(index.truncate(BASE + endOffset));
    assert.is(index.last?.offset, last === undefined ? undefined : BASE + last, `${endOffset}`);
  }
});

test("TimeIndex never says that a later record lies before an entry's offset", async () => {
  const given = fc.array(fc.nat(30), { minLength: 1, maxLength: 40 });
  const run = async (timestamps: number[]): Promise<void> => {
    const { index } = await indexOf(timestamps.map((timestamp, i) => [timestamp, i] as const));
    for (let wanted = 0; wanted <= 31; wanted++) {
      const first = timestamps.findIndex((timestamp) => timestamp >= wanted);
      const from = (index.entryBefore(wanted)?.offset ?? BASE) - BASE;
      assert.ok(first < 0 || from <= first, `${timestamps}: ${wanted} is at ${first}, not ${from}`);
    }
  };
  await fc.assert(fc.asyncProperty(given, run), { numRuns: 40 });
});

test.run();
