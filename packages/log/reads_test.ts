// Reads of a log: which batches they give, where they stop, and that they wait for cold bytes only
// where there are any.

import type { DataFile, Files, Lease } from "@odradek/base";
import { Batch, readBatches } from "@odradek/protocol/records/batch";
import * as fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { PartitionLog } from "./log.ts";
import { type ColdBytes, type LogSlice, type ReadRequest, readSegment } from "./reads.ts";
import { openSegment } from "./segments/segment_files.ts";
import { batchOfBytes, textBatch } from "./testing/batches.ts";
import { SimulatedLog, SMALL_COMPACTION, SMALL_LOG } from "./testing/simulated_log.ts";

const test = suite("reads");

const KIB = 1024;
const MIB = 1024 * KIB;

interface Written {
  readonly world: SimulatedLog;
  readonly log: PartitionLog;
  readonly batches: readonly Batch[];
}

/** A log with batches of so many records each, over several segments. */
async function written(counts: readonly number[]): Promise<Written> {
  const world = new SimulatedLog();
  const log = await world.open();
  const batches: Batch[] = [];
  for (const count of counts) {
    const texts = Array.from({ length: count }, (_, i) => `value ${log.endOffset + i}`);
    const batch = textBatch(texts, { baseOffset: log.endOffset, timestamp: log.endOffset });
    await world.append(log, [batch]);
    batches.push(batch);
  }
  return { world, log, batches };
}

/** The same log in another process: nothing of it is in memory. */
async function coldly({ world, log }: Written): Promise<PartitionLog> {
  await world.settle(log.close());
  return await world.open({ wasClean: true });
}

/** What a read must give: whole batches from the one that holds the offset, then a part of one. */
function expected(batches: readonly Batch[], log: PartitionLog, request: ReadRequest): string {
  const { offset, upTo, bytesMax, minOneBatch } = request;
  const from = batches.findIndex((batch) => batch.lastOffset >= offset);
  const first = batches[from];
  if (first === undefined || offset >= upTo || first.baseOffset >= upTo) return "";
  const end = log.endOf(log.segmentOf(offset) as never);
  const given = batches.slice(from).filter((batch) =>
    batch.baseOffset < end && (batch === first || batch.lastOffset < upTo)
  );
  const hex = given.map(({ bytes }) => bytes.toHex()).join("");
  if (first.bytes.length > bytesMax) return minOneBatch ? first.bytes.toHex() : "";
  return hex.slice(0, 2 * bytesMax);
}

const counts = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 60 });
const request = fc.record({
  offset: fc.nat(250),
  upTo: fc.nat(300),
  bytesMax: fc.oneof(fc.nat(200), fc.nat(6000)),
  minOneBatch: fc.boolean(),
});

for (const isCold of [false, true]) {
  const what = isCold ? "from disk" : "from memory";
  test(`PartitionLog.read gives the bytes of the right batches, ${what}`, async () => {
    const run = async (sizes: number[], asked: ReadRequest[]): Promise<void> => {
      const made = await written(sizes);
      const { world, batches } = made;
      const log = isCold ? await coldly(made) : made.log;
      for (const { offset, upTo, ...rest } of asked) {
        const end = log.endOffset;
        const wanted = { offset: offset % (end + 1), upTo: Math.min(end, upTo), ...rest };
        const { upTo: stop, ...others } = wanted;
        const read = await world.read(log, wanted.offset, { upTo: stop, ...others });
        // A reader may stop at any batch's end only: the high watermark lies on one.
        if (batches.some((batch) => batch.nextOffset === stop) || stop === 0) {
          assert.is(read.toHex(), expected(batches, log, wanted), JSON.stringify(wanted));
        }
      }
    };
    const requests = fc.array(request, { minLength: 5, maxLength: 10 });
    await fc.assert(fc.asyncProperty(counts, requests, run), { numRuns: 40 });
  });
}

test("PartitionLog.read that stops within a batch gives nothing of it", async () => {
  const { log, world } = await written([3, 3, 3]);
  const read = await world.read(log, 0, { upTo: 5 });
  assert.equal([...readBatches(read)].map(({ nextOffset }) => nextOffset), [3]);
  assert.is((await world.read(log, 4, { upTo: 5 })).length, 0);
});

/** Counts the positions that are looked at, and those that are warmed, in `.log` files. */
class Watched {
  readonly viewed: number[] = [];
  readonly warmed: [number, number][] = [];
  readonly #files: Files;

  constructor(files: Files) {
    this.#files = files;
  }

  readWhole(path: string): Promise<Uint8Array | undefined> {
    return this.#files.readWhole(path);
  }

  open(path: string, options?: { readonly create?: boolean }): Promise<DataFile> {
    return this.#files.open(path, options);
  }

  known(path: string, size: number): DataFile {
    const file = this.#files.known(path, size);
    if (!path.endsWith(".log")) return file;
    const watched: Partial<DataFile> = {
      view: (position: number, length: number): Lease => {
        this.viewed.push(position);
        return file.view(position, length);
      },
      warm: (position: number, length: number) => {
        this.warmed.push([position, length]);
        return file.warm(position, length);
      },
    };
    return new Proxy(file, {
      get: (target, name) => {
        const own = watched[name as keyof DataFile] ?? Reflect.get(target, name, target);
        return typeof own === "function" ? own.bind(target) : own;
      },
    });
  }
}

/** A segment of batches of these sizes, as another process finds it. */
async function coldSegment(sizes: readonly number[], intervalBytes = 4096) {
  const world = new SimulatedLog();
  await world.format();
  await world.settle(world.files.makeDirectory(world.directory));
  const place = { baseOffset: 0, createdMs: 0 };
  const first = await world.settle(openSegment(world.files, world.directory, place));
  sizes.forEach((size, baseOffset) => {
    first.append([batchOfBytes(size, { baseOffset })], intervalBytes);
  });
  first.finishIndexes();
  const watched = new Watched(world.files);
  const opened = openSegment(watched as unknown as Files, world.directory, place);
  return { world, watched, segment: await world.settle(opened) };
}

/** Reads as the log does, and counts the times that it had to wait. */
async function readWarming(
  { world, segment }: Awaited<ReturnType<typeof coldSegment>>,
  asked: ReadRequest,
  endOffset = asked.upTo,
): Promise<{ slice: LogSlice; waits: number }> {
  for (let waits = 0; waits < 10; waits++) {
    const slice: LogSlice | ColdBytes | "next segment" = readSegment(segment, endOffset, asked);
    assert.is.not(slice, "next segment");
    if (typeof slice === "string") break;
    if (!("coldFrom" in slice)) return { slice, waits };
    await world.settle(segment.warm(slice.coldFrom, slice.coldTo - slice.coldFrom));
  }
  throw new Error("The read never gets all of its bytes into memory");
}

const LARGE: [what: string, sizes: number[], offset: number, bytesMax: number][] = [
  ["a batch larger than what is read ahead", [6 * MIB], 0, MIB],
  ["a batch behind a large one", [100, 3 * MIB, 3 * MIB, 100], 2, MIB],
  ["many bytes behind a large batch", [100, MIB, MIB, 12 * MIB, 100], 2, 10 * MIB],
  ["many bytes", Array.from({ length: 12 }, () => MIB), 0, 10 * MIB],
];

for (const [what, sizes, offset, bytesMax] of LARGE) {
  test(`readSegment warms ${what}, in two steps at most`, async () => {
    const cold = await coldSegment(sizes);
    const asked = { offset, upTo: sizes.length, bytesMax, minOneBatch: true };
    const { slice, waits } = await readWarming(cold, asked);
    const left = sizes.slice(offset).reduce((a, b) => a + b, 0);
    assert.is(slice.sizeBytes, Math.min(left, Math.max(bytesMax, sizes[offset] ?? 0)));
    const [batch] = readBatches(slice.lease?.bytes ?? new Uint8Array(0));
    assert.is(batch?.baseOffset, offset);
    assert.ok(waits >= 1 && waits <= 2, `${waits} waits`);
  });
}

test("readSegment waits for nothing that this process has written", async () => {
  const world = new SimulatedLog();
  const log = await world.open();
  log.append([batchOfBytes(MIB, { baseOffset: 0 })]);
  const asked = { offset: 0, upTo: 1, bytesMax: 10, minOneBatch: true };
  assert.not(log.read(asked) instanceof Promise);
});

test("readSegment goes on from warmed bytes into those that were written since", async () => {
  const cold = await coldSegment([1000, 1000]);
  cold.segment.append([batchOfBytes(1000, { baseOffset: 2 })], 4096);
  const asked = { offset: 0, upTo: 3, bytesMax: MIB, minOneBatch: true };
  assert.is((await readWarming(cold, asked)).slice.sizeBytes, 3000);
  cold.segment.append([batchOfBytes(1000, { baseOffset: 3 })], 4096);
  const { slice, waits } = await readWarming(cold, { ...asked, upTo: 4 });
  assert.equal([slice.sizeBytes, waits], [4000, 0]);
});

test("readSegment finds where it must stop by the index, not batch by batch", async () => {
  const cold = await coldSegment(Array.from({ length: 4000 }, () => 100), 1000);
  const { segment, watched } = cold;
  await cold.world.settle(segment.warm(0, segment.sizeBytes));
  for (const bytesMax of [500, 10 * MIB]) {
    watched.viewed.length = 0;
    const asked = { offset: 0, upTo: 3990, bytesMax, minOneBatch: true };
    const { slice } = await readWarming(cold, asked, 4000);
    assert.is(slice.sizeBytes, Math.min(bytesMax, 399_000));
    assert.ok(watched.viewed.length <= 5, `${watched.viewed.length} views`);
  }
});

test("PartitionLog.read steps over the gap that compaction left at a segment's end", async () => {
  const world = new SimulatedLog();
  await world.settle(world.files.makeDirectory(world.directory));
  const [first, last] = [textBatch(["a"]), textBatch(["b"], { baseOffset: 20 })];
  await world.put("00000000000000000000.log", first.bytes);
  await world.put("00000000000000000020.log", last.bytes);
  const config = { ...SMALL_LOG, compaction: SMALL_COMPACTION };
  const log = await world.open({ config });
  assert.is(log.endOffset, 21);
  for (const offset of [1, 10, 19, 20]) {
    assert.is((await world.read(log, offset)).toHex(), last.bytes.toHex(), `${offset}`);
  }
  assert.is((await world.read(log, 5, { upTo: 15 })).length, 0);
});

test.run();
