// Which snapshot a start takes, and which ones go.

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { SimulatedLog } from "../testing/simulated_log.ts";
import type { ProducerState } from "./producers.ts";
import { encodeSnapshot } from "./snapshot.ts";
import { loadSnapshot, removeSnapshots, snapshotOffsets, writeSnapshot } from "./snapshot_files.ts";

const test = suite("producer snapshot files");

/** Told apart by their id. */
function producer(producerId: number): ProducerState {
  return {
    producerId,
    epoch: 0,
    batches: [],
    coordinatorEpoch: -1,
    lastTimestamp: 5,
    transactionFirstOffset: -1,
  };
}

const nameOf = (offset: number): string => `${String(offset).padStart(20, "0")}.snapshot`;

/** With a snapshot at each offset, whose producer has that offset as id. */
async function directoryOf(offsets: readonly number[]): Promise<SimulatedLog> {
  const log = new SimulatedLog();
  await log.settle(log.files.makeDirectory(log.directory));
  for (const offset of offsets) {
    const producers = [producer(offset)];
    await log.settle(writeSnapshot(log.files, log.directory, { offset, producers }));
  }
  return log;
}

test("writeSnapshot names the file by its offset, snapshotOffsets finds it", async () => {
  const log = await directoryOf([90, 5]);
  await log.put("00000000000000000007.snapshot.deleted", new Uint8Array(1));
  assert.is((await log.contents()).get(nameOf(5))?.toHex(), encodeSnapshot([producer(5)]).toHex());
  assert.equal(await log.settle(snapshotOffsets(log.files, log.directory)), [5, 90]);
  assert.equal(await log.settle(snapshotOffsets(log.files, "/nowhere")), []);
});

test("loadSnapshot takes the newest between the log's start and its end", async () => {
  const table: [start: number, end: number, expected: number | undefined][] = [
    [0, 100, 90],
    [0, 90, 90],
    [0, 89, 50],
    [0, 4, undefined],
    [5, 50, 50],
    [50, 89, undefined],
    [90, 100, undefined],
  ];
  for (const [logStartOffset, endOffset, expected] of table) {
    const log = await directoryOf([5, 50, 90]);
    const range = { logStartOffset, endOffset };
    const { offset, producers } = await log.settle(loadSnapshot(log.files, log.directory, range));
    assert.is(offset, expected ?? logStartOffset, `${logStartOffset} to ${endOffset}`);
    const ids = producers.map(({ producerId }) => producerId);
    assert.equal(ids, expected === undefined ? [] : [expected]);
  }
});

test("loadSnapshot takes damaged ones away and uses the one before", async () => {
  const damage: Uint8Array[] = [
    new Uint8Array(0),
    encodeSnapshot([producer(1)]).subarray(0, 40),
    encodeSnapshot([producer(1)]).map((byte, i) => (i === 12 ? byte ^ 1 : byte)),
  ];
  for (const bytes of damage) {
    const log = await directoryOf([5, 50]);
    await log.put(nameOf(90), bytes);
    const range = { logStartOffset: 0, endOffset: 100 };
    const { offset } = await log.settle(loadSnapshot(log.files, log.directory, range));
    assert.is(offset, 50);
    assert.equal(await log.settle(snapshotOffsets(log.files, log.directory)), [5, 50]);
  }
});

test("removeSnapshots takes those that are doomed", async () => {
  const log = await directoryOf([5, 50, 90]);
  await log.settle(removeSnapshots(log.files, log.directory, (offset) => offset > 5));
  assert.equal([...(await log.contents()).keys()], [nameOf(5)]);
});

test.run();
