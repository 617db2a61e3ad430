// The walk over headers: every batch once, small ones through one view, large ones passed over.

import * as fc from "fast-check";
import { Fault } from "@odradek/base";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { batchOfBytes } from "../testing/batches.ts";
import { SimulatedLog } from "../testing/simulated_log.ts";
import { findBatch, walk } from "./places.ts";

const test = suite("walk");

async function fileOf(sizes: readonly number[]) {
  const log = new SimulatedLog();
  await log.format();
  const file = await log.settle(log.files.open("/data/x.log", { create: true }));
  sizes.forEach((size, i) => {
    file.write([batchOfBytes(size, { baseOffset: 10 * i, timestamp: i }).bytes], file.size);
  });
  return file;
}

const size = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: 70, max: 125 }) },
  { weight: 2, arbitrary: fc.integer({ min: 16_000, max: 17_000 }) },
  { weight: 1, arbitrary: fc.integer({ min: 30_000, max: 70_000 }) },
);

test("walk gives every batch from where it starts, whatever their sizes", async () => {
  const run = async (sizes: number[]): Promise<void> => {
    const file = await fileOf(sizes);
    const places = sizes.map((sizeBytes, i) => ({
      position: sizes.slice(0, i).reduce((a, b) => a + b, 0),
      baseOffset: 10 * i,
      lastOffset: 10 * i,
      sizeBytes,
      maxTimestamp: i,
    }));
    places.forEach(({ position }, i) => {
      assert.equal([...walk(file, position)], places.slice(i));
      for (let offset = 10 * i - 1; offset <= 10 * sizes.length; offset += 5) {
        const expected = places.slice(i).find(({ lastOffset }) => lastOffset >= offset);
        assert.equal(findBatch(file, position, offset), expected);
      }
    });
    assert.equal([...walk(file, file.size)], []);
  };
  await fc.assert(fc.asyncProperty(fc.array(size, { minLength: 1, maxLength: 12 }), run), {
    numRuns: 40,
  });
});

test("walk releases what it looks at, also when its reader stops early", async () => {
  const file = await fileOf([100, 20_000, 100]);
  let held = 0;
  const counted = {
    path: file.path,
    size: file.size,
    verify: () => undefined,
    view: (position: number, length: number) => {
      held++;
      return { ...file.view(position, length), release: () => void held-- };
    },
  };
  for (const { position } of walk(counted as never, 0)) {
    assert.is(held, 1);
    if (position > 0) break;
  }
  assert.is(held, 0);
  assert.is(findBatch(counted as never, 0, 10)?.position, 100);
  assert.is(held, 0);
});

test("walk says where a file is corrupt, after the batches before", async () => {
  const damages: [what: string, bytes: Uint8Array, position: number][] = [
    ["less than a header at the end", new Uint8Array(20), 100],
    ["a batch without a length", new Uint8Array(80), 100],
    ["a batch that is cut off", batchOfBytes(90).bytes.subarray(0, 89), 100],
  ];
  for (const [what, bytes, position] of damages) {
    const file = await fileOf([100]);
    file.write([bytes], 100);
    const found: number[] = [];
    const error = thrownBy(() => {
      for (const place of walk(file, 0)) found.push(place.position);
    });
    assert.equal(found, [0], what);
    assert.ok(error instanceof Fault && error.kind === "corrupt", what);
    const message = `Cannot read "/data/x.log" at byte ${position}: no batch is there`;
    assert.is((error as Fault).message, message, what);
    assert.equal(thrownBy(() => findBatch(file, 0, 1000)), error, what);
  }
});

test("walk says so where an index points before the file", async () => {
  const file = await fileOf([100]);
  assert.match((thrownBy(() => [...walk(file, -5)]) as Fault).message, /at byte -5: no batch/);
  assert.match((thrownBy(() => findBatch(file, -5, 0)) as Fault).message, /at byte -5: no batch/);
});

function thrownBy(action: () => unknown): unknown {
  try {
    action();
  } catch (thrown) {
    return thrown;
  }
  return undefined;
}

test.run();
