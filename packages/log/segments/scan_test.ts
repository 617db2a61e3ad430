// Reading what nobody has vouched for: whole batches, and no step beyond the first bytes that are
// none.

import type { DataFile } from "@odradek/base";
import * as fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { batchOfBytes } from "../testing/batches.ts";
import { SimulatedLog } from "../testing/simulated_log.ts";
import { scan } from "./scan.ts";

const test = suite("scan");

async function scanned(bytes: readonly Uint8Array[], start = 0): Promise<[number, number][]> {
  const log = new SimulatedLog();
  await log.format();
  const file = await log.settle(log.files.open("/data/x.log", { create: true }));
  for (const piece of bytes) file.write([piece], file.size);
  return await log.settle(places(file, start));
}

async function places(file: DataFile, start: number): Promise<[number, number][]> {
  const found: [number, number][] = [];
  for await (const { position, batch } of scan(file, start)) {
    assert.is(batch.bytes.length, batch.sizeBytes);
    found.push([position, batch.baseOffset]);
  }
  return found;
}

const one = batchOfBytes(100, { baseOffset: 7 }).bytes;

function changed(change: (view: DataView) => void): Uint8Array {
  const bytes = one.slice();
  change(new DataView(bytes.buffer));
  return bytes;
}

test("scan gives batches of all sizes, across what it reads at a time", async () => {
  const sizes = [100, 1_048_500, 100, 2_500_000, 70, 1_048_576, 80];
  const batches = sizes.map((size, i) => batchOfBytes(size, { baseOffset: i }).bytes);
  const positions = sizes.map((_, i) => sizes.slice(0, i).reduce((a, b) => a + b, 0));
  const expected = positions.map((position, i): [number, number] => [position, i]);
  assert.equal(await scanned(batches), expected);
  assert.equal(await scanned(batches, positions[3]), expected.slice(3));
});

test("scan ends before bytes that cannot be a batch", async () => {
  const table: [what: string, bytes: Uint8Array][] = [
    ["fewer than a header", one.subarray(0, 60)],
    ["a header alone", one.subarray(0, 61)],
    ["one byte less than it says", one.subarray(0, 99)],
    ["zeros", new Uint8Array(4096)],
    ["a length below a header's", changed((view) => view.setInt32(8, 48))],
    ["a length of 0", changed((view) => view.setInt32(8, 0))],
    ["a negative length", changed((view) => view.setInt32(8, -12))],
    ["the smallest length", changed((view) => view.setInt32(8, -2147483648))],
    ["a length beyond the end", changed((view) => view.setInt32(8, 2147483647))],
    ["magic 1", changed((view) => view.setInt8(16, 1))],
    ["magic 3", changed((view) => view.setInt8(16, 3))],
  ];
  for (const [what, bytes] of table) {
    assert.equal(await scanned([one, bytes]), [[0, 7]], what);
    assert.equal(await scanned([bytes]), [], what);
  }
});

test("scan leaves the CRC to its caller", async () => {
  const bytes = one.slice();
  bytes[80] = (bytes[80] ?? 0) ^ 1;
  assert.equal(await scanned([one, bytes, one]), [[0, 7], [100, 7], [200, 7]]);
});

test("scan ends, and never throws, over any bytes", async () => {
  const pieces = fc.array(fc.oneof(fc.constant(one), fc.uint8Array({ maxLength: 200 })), {
    maxLength: 8,
  });
  const run = async (bytes: Uint8Array[]): Promise<void> => {
    const given = bytes.filter(({ length }) => length > 0);
    const sound = given.findIndex((piece) => piece !== one);
    const found = await scanned(given);
    assert.ok(found.length >= (sound < 0 ? given.length : sound));
  };
  await fc.assert(fc.asyncProperty(pieces, run), { numRuns: 60 });
});

test.run();
