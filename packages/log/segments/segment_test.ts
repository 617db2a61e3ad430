// One segment over the simulated disk: what is appended is found again, in the log and its indexes.

import * as fc from "fast-check";
import { type DataFile, Fault, type Files } from "@odradek/base";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Batch } from "@odradek/protocol/records/batch";
import { readBatches } from "@odradek/protocol/records/batch";
import { batchOfBytes, textBatch } from "../testing/batches.ts";
import { SimulatedLog } from "../testing/simulated_log.ts";
import { IndexBuilder } from "./index_builder.ts";
import { segmentFileName } from "./parts.ts";
import type { Segment } from "./segment.ts";
import { openSegment } from "./segment_files.ts";

const test = suite("Segment");

const BASE = 1000;
const INTERVAL_BYTES = 300;

async function withSegment(
  use: (segment: Segment, log: SimulatedLog) => Promise<void>,
): Promise<void> {
  const log = new SimulatedLog();
  await log.format();
  await log.settle(log.files.makeDirectory(log.directory));
  await use(await reopened(log), log);
}

function reopened(log: SimulatedLog, files: Files = log.files): Promise<Segment> {
  const place = { baseOffset: BASE, createdMs: 77 };
  return log.settle(openSegment(files, log.directory, place));
}

/** Batches one after another, of so many records, with these timestamps. */
function batchesOf(shapes: readonly { records: number; timestamp: number }[]): Batch[] {
  let baseOffset = BASE;
  return shapes.map(({ records, timestamp }) => {
    const texts = Array.from({ length: records }, (_, i) => `record ${baseOffset + i}`);
    const batch = textBatch(texts, { baseOffset, timestamp });
    baseOffset = batch.nextOffset;
    return batch;
  });
}

const shapes = fc.array(
  fc.record({
    records: fc.integer({ min: 1, max: 8 }),
    timestamp: fc.integer({ min: -1, max: 60 }),
  }),
  { minLength: 1, maxLength: 40 },
);

test("segmentFileName has the base offset in twenty digits", () => {
  assert.is(segmentFileName(42, "log"), "00000000000000000042.log");
  assert.is(segmentFileName(0, "timeindex"), "00000000000000000000.timeindex");
  const largest = Number.MAX_SAFE_INTEGER;
  assert.is(segmentFileName(largest, "snapshot"), "00009007199254740991.snapshot");
});

test("Segment.locate finds the batch that holds an offset, for every offset", async () => {
  const run = (given: { records: number; timestamp: number }[]): Promise<void> =>
    withSegment(async (segment) => {
      const batches = batchesOf(given);
      segment.append(batches, INTERVAL_BYTES);
      for (const batch of batches) {
        for (let offset = batch.baseOffset; offset <= batch.lastOffset; offset++) {
          const place = segment.locate(offset);
          assert.is(place?.baseOffset, batch.baseOffset, `${offset}`);
          assert.is(place?.sizeBytes, batch.bytes.length);
        }
      }
      assert.is(segment.locate(batches.at(-1)?.nextOffset ?? 0), undefined);
    });
  await fc.assert(fc.asyncProperty(shapes, run), { numRuns: 40 });
});

test("Segment writes the indexes that IndexBuilder makes of its batches", async () => {
  const run = (given: { records: number; timestamp: number }[], at: number): Promise<void> =>
    withSegment(async (segment, log) => {
      const batches = batchesOf(given);
      const split = at % batches.length;
      if (split > 0) segment.append(batches.slice(0, split), INTERVAL_BYTES);
      segment.writeIndexes();
      segment.append(batches.slice(split), INTERVAL_BYTES);
      segment.finishIndexes();
      segment.finishIndexes();
      const built = new IndexBuilder(BASE, INTERVAL_BYTES);
      let position = 0;
      for (const batch of batches) {
        built.add(batch, position);
        position += batch.bytes.length;
      }
      const contents = await log.contents();
      assert.is(contents.get(segmentFileName(BASE, "index"))?.toHex(), built.offsetIndex().toHex());
      const timeIndex = contents.get(segmentFileName(BASE, "timeindex"));
      assert.is(timeIndex?.toHex(), built.timeIndex().toHex());
    });
  await fc.assert(fc.asyncProperty(shapes, fc.nat(40), run), { numRuns: 60 });
});

test("Segment makes an index entry before a batch once more than the interval was appended", () =>
  withSegment(async (segment) => {
    const sizes = [300, 100, 100, 100, 101, 100];
    let baseOffset = BASE;
    const counts = sizes.map((size) => {
      segment.append([batchOfBytes(size, { baseOffset: baseOffset++ })], INTERVAL_BYTES);
      return segment.offsetIndex.count;
    });
    // Not at exactly 300 bytes, and counted anew from the batch that got an entry.
    assert.equal(counts, [0, 0, 1, 1, 1, 2]);
    assert.is(segment.offsetIndex.positionBefore(BASE + 1), 0);
    assert.is(segment.offsetIndex.positionBefore(BASE + 2), 400);
    assert.is(segment.offsetIndex.positionBefore(BASE + 5), 701);
  }));

test("Segment.largestTimestamp is of the first batch that has it", () =>
  withSegment(async (segment, log) => {
    const none = { timestamp: -1, offset: BASE };
    assert.equal(segment.largestTimestamp, none);
    const given = [{ records: 3, timestamp: 50 }, { records: 2, timestamp: 40 }];
    segment.append(batchesOf([...given, { records: 1, timestamp: 50 }]), INTERVAL_BYTES);
    assert.equal(segment.largestTimestamp, { timestamp: 50, offset: BASE + 2 });
    segment.finishIndexes();
    await log.settle(segment.close());
    const again = await reopened(log);
    assert.equal(again.largestTimestamp, { timestamp: 50, offset: BASE + 2 });
    assert.is(again.sizeBytes, segment.sizeBytes);
  }));

test("Segment.firstTimestamp is of the first batch, and resume finds it again", () =>
  withSegment(async (segment, log) => {
    assert.is(segment.firstTimestamp, undefined);
    await log.settle(segment.resume());
    assert.is(segment.firstTimestamp, undefined);
    segment.append(batchesOf([{ records: 1, timestamp: 7 }, { records: 1, timestamp: 5 }]), 300);
    assert.is(segment.firstTimestamp, 7);
    const again = await reopened(log);
    await log.settle(again.resume());
    assert.is(again.firstTimestamp, 7);
    again.append(batchesOf([{ records: 1, timestamp: 3 }]), 300);
    assert.is(again.firstTimestamp, 7);
  }));

test("Segment.append that the disk refuses changes nothing", () =>
  withSegment(async (segment, log) => {
    const [first, ...rest] = batchesOf(Array.from({ length: 20 }, (_, i) => ({
      records: 2,
      timestamp: i,
    })));
    segment.append([first as Batch], INTERVAL_BYTES);
    log.disk.isFull = true;
    assert.throws(() => segment.append(rest, INTERVAL_BYTES), /no space left/);
    assert.is(segment.sizeBytes, first?.bytes.length);
    assert.equal(segment.largestTimestamp, { timestamp: 0, offset: BASE + 1 });
    assert.is(segment.offsetIndex.count, 0);
    log.disk.isFull = false;
    segment.append(rest, INTERVAL_BYTES);
    assert.is(segment.locate(BASE + 39)?.baseOffset, BASE + 38);
  }));

test("Segment.view gives the bytes as they were appended", () =>
  withSegment(async (segment) => {
    const batches = batchesOf([{ records: 3, timestamp: 1 }, { records: 1, timestamp: 2 }]);
    segment.append(batches, INTERVAL_BYTES);
    const lease = segment.view(0, segment.sizeBytes);
    const read = [...readBatches(lease.bytes)].map(({ bytes }) => bytes.toHex());
    lease.release();
    assert.equal(read, batches.map(({ bytes }) => bytes.toHex()));
  }));

test("Segment.isWarm of what the system has in memory, asked once for all that is near", () =>
  withSegment(async (segment, log) => {
    segment.append(batchesOf([{ records: 5, timestamp: 1 }]), INTERVAL_BYTES);
    const asked: [position: number, length: number][] = [];
    const watched = (file: DataFile): DataFile => {
      file.isInMemory = (position, length) => asked.push([position, length]) > 1;
      return file;
    };
    const known: Files["known"] = (path, size) => watched(log.files.known(path, size));
    const files = new Proxy(log.files, {
      get: (target, name) => {
        const own = name === "known" ? known : Reflect.get(target, name, target);
        return typeof own === "function" ? own.bind(target) : own;
      },
    });
    const again = await reopened(log, files);
    const { sizeBytes } = again;
    assert.not(again.isWarm(10, 20));
    assert.ok(again.isWarm(10, 20));
    assert.ok(again.isWarm(15, sizeBytes - 15));
    assert.equal(asked, [[10, sizeBytes - 10], [10, sizeBytes - 10]]);
    assert.ok(again.isWarm(5, 1));
    assert.equal(asked.at(-1), [5, sizeBytes - 5]);
  }));

test("Segment.isWarm of what this process wrote, and of what was warmed", () =>
  withSegment(async (segment, log) => {
    segment.append(batchesOf([{ records: 5, timestamp: 1 }]), INTERVAL_BYTES);
    assert.ok(segment.isWarm(0, segment.sizeBytes));
    const again = await reopened(log);
    const old = again.sizeBytes;
    assert.not(again.isWarm(0, 10));
    again.append(batchesOf([{ records: 5, timestamp: 1 }]), INTERVAL_BYTES);
    assert.ok(again.isWarm(old, 10));
    assert.not(again.isWarm(old - 1, 10));
    await log.settle(again.warm(20, 30));
    assert.ok(again.isWarm(20, again.sizeBytes - 20));
    assert.not(again.isWarm(19, 1));
    const refused = await log.settle(again.warm(-5, 10)).catch((thrown: unknown) => thrown);
    assert.ok(refused instanceof Fault && refused.kind === "corrupt");
  }));

test.run();
