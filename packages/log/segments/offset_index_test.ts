// From offsets to positions, over entries in memory and on disk.

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { SimulatedLog } from "../testing/simulated_log.ts";
import { OffsetIndex } from "./offset_index.ts";

const test = suite("OffsetIndex");

const BASE = 5_000_000_000;
/** Last offset of a batch, relative to the base, and its position. */
const ENTRIES = [[4, 100], [9, 220], [10, 400], [25, 555]] as const;

async function filled(): Promise<{ log: SimulatedLog; index: OffsetIndex }> {
  const log = new SimulatedLog();
  await log.format();
  const file = await log.settle(log.files.open("/data/x.index", { create: true }));
  const index = new OffsetIndex(file, BASE);
  for (const [offset, position] of ENTRIES) index.append(BASE + offset, position);
  return { log, index };
}

test("OffsetIndex.positionBefore is where the scan for an offset begins", async () => {
  const { index } = await filled();
  const table: [offset: number, position: number][] = [
    [-3, 0],
    [0, 0],
    [3, 0],
    [4, 100],
    [5, 100],
    [8, 100],
    [9, 220],
    [10, 400],
    [24, 400],
    [25, 555],
    [1_000_000, 555],
  ];
  const check = (): void => {
    for (const [offset, position] of table) {
      assert.is(index.positionBefore(BASE + offset), position, `${offset}`);
    }
  };
  check();
  index.write();
  check();
});

test("OffsetIndex writes relative offset and position, big-endian", async () => {
  const { index, log } = await filled();
  index.write();
  const bytes = await log.settle(log.files.readWhole("/data/x.index"));
  const expected =
    "0000000400000064" + "00000009000000dc" + "0000000a00000190" + "000000190000022b";
  assert.is(bytes?.toHex(), expected);
});

test("OffsetIndex.truncate drops the entries at or above an offset", async () => {
  const table: [endOffset: number, left: number][] =
    [[0, 0], [4, 0], [5, 1], [10, 2], [11, 3], [99, 4]];
  for (const [endOffset, left] of table) {
    for (const isWritten of [false, true]) {
      const { index, log } = await filled();
      if (isWritten) index.write();
      await log.settle(index.truncate(BASE + endOffset));
      assert.is(index.count, left, `${endOffset}`);
      assert.is(index.positionBefore(BASE + 99), ENTRIES[left - 1]?.[1] ?? 0);
    }
  }
});

test.run();
