// Files on the real disk: what is written is seen, leases outlive what happens to the file, and
// what the system refuses is a Fault.

import { closeSync, openSync, rmSync, truncateSync, writeSync } from "node:fs";
import { readFile, rm, stat } from "node:fs/promises";
import { platform, release, tmpdir } from "node:os";
import { join } from "node:path";
import { type DataFile, Fault, type Files } from "@odradek/base";
import { SimulatedClock } from "@odradek/base/testing/simulated_clock";
import * as fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { inTemporaryDirectory, until } from "../testing/temporary.ts";
import { diskFiles } from "./files.ts";

const KIB = 1024;
const MIB = 1024 * KIB;

const test = suite("DiskFile");

interface World {
  readonly clock: SimulatedClock;
  readonly files: Files;
  readonly path: string;
  readonly file: DataFile;
}

/** One empty file of a thread that keeps at most so many windows. */
async function withFile(use: (world: World) => Promise<void>, windowsMax = 8): Promise<void> {
  await inTemporaryDirectory(async (directory) => {
    const clock = new SimulatedClock();
    const files = diskFiles({ clock, windowsMax });
    const path = join(directory, "file");
    const file = await files.open(path, { create: true });
    await use({ clock, files, path, file });
    await file.close();
  });
}

const filled = (length: number, value: number): Uint8Array => new Uint8Array(length).fill(value);

/** A copy of what a view shows. */
function shown(file: DataFile, position: number, length: number): Uint8Array {
  const lease = file.view(position, length);
  try {
    return lease.bytes.slice();
  } finally {
    lease.release();
  }
}

/** What `action` rejects with. */
async function fault(action: () => unknown): Promise<Fault> {
  try {
    await action();
  } catch (error) {
    assert.instance(error, Fault);
    return error as Fault;
  }
  return assert.unreachable() as never;
}

test("DiskFile.write is seen by views, reads and other programs at once", () =>
  withFile(async ({ file, path }) => {
    const write = fc.record({
      parts: fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 5 }),
      back: fc.nat(200),
    });
    let model: Uint8Array = new Uint8Array(0);
    const run = async (writes: { parts: Uint8Array[]; back: number }[]): Promise<void> => {
      for (const { parts, back } of writes) {
        const position = Math.max(0, model.length - back);
        file.write(parts, position);
        const bytes = Uint8Array.from(parts.flatMap((part) => [...part]));
        const grown = new Uint8Array(Math.max(model.length, position + bytes.length));
        grown.set(model);
        grown.set(bytes, position);
        model = grown;
      }
      assert.is(file.size, model.length);
      assert.is(shown(file, 0, model.length).toHex(), model.toHex());
      assert.is((await file.read(0, model.length + 10)).toHex(), model.toHex());
      assert.is(new Uint8Array(await readFile(path)).toHex(), model.toHex());
    };
    const writes = fc.array(write, { maxLength: 6 });
    await fc.assert(fc.asyncProperty(writes, run), { numRuns: 50 });
  }));

test("DiskFile.write takes more parts than one system call does", () =>
  withFile(async ({ file }) => {
    const parts = Array.from({ length: 3000 }, (_, i) => filled(1 + i % 3, i % 251));
    file.write(parts, 0);
    const expected = Uint8Array.from(parts.flatMap((part) => [...part]));
    assert.is(file.size, expected.length);
    assert.is(shown(file, 0, expected.length).toHex(), expected.toHex());
  }));

test("DiskFile.write takes parts that lie behind each other in memory, and others among them", () =>
  withFile(async ({ file }) => {
    const bytes = filled(100, 7).map((byte, i) => byte + i);
    const ranges = [[0, 10], [10, 40], [50, 60], [60, 60], [60, 90], [20, 30], [90, 100]] as const;
    const parts = ranges.map(([from, to]) => bytes.subarray(from, to));
    file.write(parts, 0);
    const expected = Uint8Array.from(parts.flatMap((part) => [...part]));
    assert.is(shown(file, 0, expected.length).toHex(), expected.toHex());
  }));

test("DiskFile.view shows bytes on both sides of a window's end, and more than a window", () =>
  withFile(async ({ file, clock }) => {
    await clock.runFor(file.truncate(130 * MIB));
    const bytes = Uint8Array.from({ length: 200 }, (_, i) => i);
    file.write([bytes], 64 * MIB - 100);
    assert.is(shown(file, 64 * MIB - 100, 200).toHex(), bytes.toHex());
    assert.is(shown(file, 64 * MIB, 100).toHex(), bytes.subarray(100).toHex());
    const large = file.view(0, 70 * MIB);
    assert.is(large.place, undefined);
    assert.is(large.bytes.subarray(64 * MIB - 100, 64 * MIB + 100).toHex(), bytes.toHex());
    large.release();
  }));

test("DiskFile.view beyond what was written is a bug, not a touch", () =>
  withFile(async ({ file }) => {
    file.write([filled(10, 1)], 0);
    assert.throws(() => file.view(5, 6), /within the file/);
    assert.throws(() => file.view(-1, 1), /within the file/);
    assert.is(shown(file, 10, 0).length, 0);
  }));

test("DiskFile.view shows what is written after it, in the same memory", () =>
  withFile(async ({ file }) => {
    file.write([filled(100, 1)], 0);
    const lease = file.view(0, 100);
    file.write([filled(50, 2)], 25);
    assert.equal(lease.bytes.subarray(20, 30), Uint8Array.of(1, 1, 1, 1, 1, 2, 2, 2, 2, 2));
    lease.release();
  }));

test("DiskFile.view is good until it is released, whichever windows go meanwhile", () =>
  withFile(async ({ file, files, path }) => {
    const other = await files.open(`${path}-2`, { create: true });
    file.write([filled(10, 1)], 0);
    other.write([filled(10, 2)], 0);
    const leases = [file.view(0, 10), other.view(0, 10)];
    file.write([filled(MIB, 3)], 10);
    leases.push(file.view(10, MIB), other.view(5, 5));
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(leases.map(({ bytes }) => [bytes.length, bytes[0]]), [
      [10, 1],
      [10, 2],
      [MIB, 3],
      [5, 2],
    ]);
    await other.close();
    assert.is(leases[1]?.bytes[9], 2);
    for (const lease of leases) lease.release();
  }, 1));

test("DiskFile.close leaves a lease its bytes, and takes them when it ends", () =>
  withFile(async ({ file }) => {
    file.write([filled(10, 1)], 0);
    const lease = file.view(0, 10);
    await file.close();
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(lease.bytes, filled(10, 1));
    lease.release();
    await until(() => lease.bytes[9] === 0, "the window is unmapped");
  }));

test("DiskFile.truncate cuts and extends", () =>
  withFile(async ({ file, path, clock }) => {
    file.write([filled(100, 1)], 0);
    await clock.runFor(file.truncate(60));
    assert.is(file.size, 60);
    assert.is((await stat(path)).size, 60);
    assert.throws(() => file.view(0, 61), /within the file/);
    await clock.runFor(file.truncate(80));
    assert.equal(shown(file, 58, 4), Uint8Array.of(1, 1, 0, 0));
    file.write([filled(5, 7)], 80);
    assert.equal(shown(file, 79, 3), Uint8Array.of(0, 7, 7));
  }));

test("DiskFile.truncate waits for leases above the new end, and for no others", () =>
  withFile(async ({ file, path, clock }) => {
    file.write([filled(100, 1)], 0);
    const [below, above] = [file.view(0, 60), file.view(10, 51)];
    const truncated = file.truncate(60);
    assert.is(file.size, 60, "nobody gets a view above it any more");
    await clock.runUntil(500);
    assert.is((await stat(path)).size, 100);
    assert.equal(above.bytes, filled(51, 1));
    above.release();
    await clock.runFor(truncated, 20);
    assert.is((await stat(path)).size, 60);
    assert.equal(below.bytes, filled(60, 1));
    below.release();
  }));

test("DiskFile.truncate destroys the holders of leases that are not back within a second", () =>
  withFile(async ({ file, path, clock }) => {
    file.write([filled(100, 1)], 0);
    const causes: string[] = [];
    const held = file.view(0, 100);
    held.holder = { destroy: (cause) => void causes.push(cause.message) };
    const forgotten = file.view(90, 10);
    const truncated = file.truncate(60);
    await clock.runUntil(900);
    assert.equal(causes, []);
    await clock.runFor(truncated, 200);
    assert.equal(causes, [`Bytes of "${path}" were truncated while they were read`]);
    assert.is((await stat(path)).size, 60);
    const isGone = (): boolean => held.bytes[0] === 0 && forgotten.bytes[0] === 0;
    await until(isGone, "what was cut is not shown any more");
    held.release();
  }));

test("DiskFile.truncate knows of leases in windows that have gone", () =>
  withFile(async ({ file, path, clock }) => {
    file.write([filled(100, 1)], 0);
    const early = file.view(0, 60);
    await clock.runFor(file.truncate(80));
    file.view(60, 20).release();
    const truncated = file.truncate(50);
    await clock.runUntil(500);
    assert.is((await stat(path)).size, 80);
    early.release();
    await clock.runFor(truncated, 20);
    assert.is((await stat(path)).size, 50);
  }));

test("DiskFile.isInMemory of what was just written, where the system tells", () =>
  withFile(async ({ file, path }) => {
    const [major = 0, minor = 0] = release().split(".").map(Number);
    const tells = platform() === "linux" && (major > 6 || (major === 6 && minor >= 5));
    file.write([filled(3 * 4096 + 10, 1)], 0);
    assert.is(file.isInMemory(0, file.size), tells);
    assert.is(file.isInMemory(4090, 10), tells);
    truncateSync(path, 4096);
    assert.is(file.isInMemory(0, 3 * 4096), false);
  }));

test("DiskFile.warm finds that a file was cut by somebody else: a Fault, not the end", () =>
  withFile(async ({ file, path }) => {
    file.write([filled(3 * 4096, 1)], 0);
    await file.warm(0, 3 * 4096);
    truncateSync(path, 4096);
    const { kind, message } = await fault(() => file.warm(4096, 100));
    assert.equal([kind, message], ["disk", `Cannot read "${path}"`]);
    await file.warm(0, 4096);
  }));

test("DiskFile.view of a copy finds that a file was cut by somebody else", () =>
  withFile(async ({ file, path, clock }) => {
    await clock.runFor(file.truncate(70 * MIB));
    truncateSync(path, 100);
    const { kind, message } = await fault(() => file.view(0, 69 * MIB));
    assert.equal([kind, message], ["disk", `Cannot read "${path}": it was cut`]);
  }));

test("DiskFile opens at the first use, and says if the file is gone by then", () =>
  withFile(async ({ files, path }) => {
    const file = await files.open(path);
    await rm(path);
    for (const use of [() => file.write([filled(1, 1)], 0), () => file.view(0, 0)]) {
      const { kind, message } = await fault(use);
      assert.equal([kind, message], ["disk", `Cannot open "${path}": no such file or directory`]);
    }
    await file.close();
  }));

test("DiskFile.sync and DiskFile.close can be called again", () =>
  withFile(async ({ file }) => {
    file.write([filled(10, 1)], 0);
    await file.sync();
    await file.sync();
    await file.close();
    await file.close();
    assert.equal(shown(file, 0, 10), filled(10, 1), "it opens again where it is used again");
  }));

/** Where the file system writes 10 of 100 bytes and refuses the rest; undefined: it has no end. */
function endOfLargestFile(): number | undefined {
  const path = join(tmpdir(), `odradek-largest-${process.pid}`);
  const fd = openSync(path, "w+");
  try {
    const position = 2 ** 44 - 4096 - 10;
    const written = writeSync(fd, new Uint8Array(100), 0, 100, position);
    return written === 10 ? position : undefined;
  } finally {
    closeSync(fd);
    rmSync(path);
  }
}

const largest = process.platform === "linux" ? endOfLargestFile() : undefined;
const endTest = largest === undefined ? test.skip : test;

endTest("DiskFile.write that the disk takes in part leaves the file as it was", () =>
  withFile(async ({ file, path }) => {
    file.write([filled(10, 1)], 0);
    for (const parts of [[filled(100, 2)], [filled(5, 2), filled(95, 3)]]) {
      const { kind, message } = await fault(() => file.write(parts, largest ?? 0));
      assert.is(kind, "disk full");
      assert.is(message, `Cannot write "${path}": the file would be too large`);
      assert.is(file.size, 10);
      assert.is((await stat(path)).size, 10);
    }
  }));

test("DiskFile.verify and DiskFile.write are a Fault once somebody else has cut the file", () =>
  withFile(async ({ file, path }) => {
    file.write([filled(100, 1)], 0);
    file.verify();
    truncateSync(path, 40);
    for (const action of [() => file.verify(), () => file.write([filled(5, 2)], 100)]) {
      const { kind, message } = await fault(action);
      assert.is(kind, "disk");
      assert.is(message, `Cannot use "${path}": it has 40 bytes, 100 were written; it was cut`);
    }
    assert.is((await stat(path)).size, 40, "nothing was written behind the cut");
  }));

test.run();
