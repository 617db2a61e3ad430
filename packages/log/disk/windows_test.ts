// Windows over real files: where they lie, how long they live, and which go first.

import { closeSync, openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { inTemporaryDirectory, until } from "../testing/temporary.ts";
import { Window, windowFor, WindowPool } from "./windows.ts";

const MIB = 1024 * 1024;

const test = suite("windows");

test("windowFor begins at a multiple of 64 MB and reaches a little into the next", () => {
  const table: [position: number, length: number, base: number][] = [
    [0, 0, 0],
    [0, MIB, 0],
    [63 * MIB, MIB, 0],
    [64 * MIB - 1, 2, 0],
    [0, 68 * MIB, 0],
    [64 * MIB, 1, 64 * MIB],
    [200 * MIB, MIB, 192 * MIB],
  ];
  for (const [position, length, base] of table) {
    const expected = { base, length: 68 * MIB };
    assert.equal(windowFor(position, length), expected, `${position}+${length}`);
  }
});

test("windowFor has none for more than a window holds", () => {
  assert.is(windowFor(0, 68 * MIB + 1), undefined);
  assert.is(windowFor(64 * MIB - 1, 4 * MIB + 2), undefined);
  assert.is.not(windowFor(64 * MIB - 1, 4 * MIB + 1), undefined);
});

test("windowFor holds the whole of every batch that is no larger than its overlap", () => {
  const position = fc.nat({ max: 2 ** 31 - 1 });
  fc.assert(fc.property(position, fc.nat({ max: 4 * MIB }), (from, length) => {
    const place = windowFor(from, length);
    assert.ok(place !== undefined && place.base % (64 * MIB) === 0);
    assert.ok(place.base <= from && place.base + place.length >= from + length);
    assert.ok(place.length % 4096 === 0);
  }));
});

/** Windows of 4096 bytes each over one file, and the addresses that were let go. */
async function withWindows(
  use: (open: (base: number) => Window, gone: number[]) => Promise<void>,
): Promise<void> {
  await inTemporaryDirectory(async (directory) => {
    const path = join(directory, "file");
    writeFileSync(path, Uint8Array.from({ length: 8 * 4096 }, (_, i) => i / 4096));
    const fd = openSync(path, "r");
    const gone: number[] = [];
    const beforeUnmap = (address: number): Promise<void> =>
      Promise.resolve(void gone.push(address));
    try {
      await use((base) => new Window(fd, { base, length: 4096 }, beforeUnmap), gone);
    } finally {
      closeSync(fd);
    }
  });
}

test("Window.lease shows the file's bytes, by view and by address", () =>
  withWindows(async (open) => {
    const window = open(2 * 4096);
    const lease = window.lease(2 * 4096 + 10, 100);
    assert.equal(lease.bytes, new Uint8Array(100).fill(2));
    const place = { window: window.address, windowLength: 4096, start: 10, length: 100 };
    assert.equal(lease.place, place);
    lease.release();
    assert.throws(() => lease.place, /until it ends/);
  }));

test("Window.holds only what lies in it whole", () =>
  withWindows(async (open) => {
    const window = open(4096);
    const table: [position: number, length: number, expected: boolean][] = [
      [4096, 4096, true],
      [8191, 1, true],
      [8192, 0, true],
      [4095, 1, false],
      [8191, 2, false],
    ];
    for (const [position, length, expected] of table) {
      assert.is(window.holds(position, length), expected, `${position}+${length}`);
    }
  }));

test("Window.retire waits for the last lease before it unmaps", () =>
  withWindows(async (open, gone) => {
    const window = open(4096);
    const [first, second] = [window.lease(4096, 10), window.lease(5000, 10)];
    window.retire();
    first.release();
    first.release();
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(gone, []);
    assert.equal(second.bytes, new Uint8Array(10).fill(1));
    second.release();
    await until(() => second.bytes[0] === 0, "a forgotten view shows zeros");
    window.retire();
    assert.equal(gone, [window.address]);
  }));

test("Window.retire makes other threads let go before the bytes are gone", () =>
  inTemporaryDirectory(async (directory) => {
    const path = join(directory, "file");
    writeFileSync(path, new Uint8Array(10).fill(9));
    const fd = openSync(path, "r");
    const letGo = Promise.withResolvers<void>();
    const window = new Window(fd, { base: 0, length: 4096 }, () => letGo.promise);
    const { bytes } = window.lease(0, 10);
    for (const lease of window.leases) lease.release();
    window.retire();
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(bytes, new Uint8Array(10).fill(9));
    letGo.resolve();
    await until(() => bytes[0] === 0, "the window is unmapped");
    closeSync(fd);
  }));

test("WindowPool.add drops the one that was not used for longest", () =>
  withWindows(async (open) => {
    const pool = new WindowPool(2);
    const [a, b, c, d] = [open(0), open(4096), open(8192), open(12288)];
    pool.add(a);
    pool.add(b);
    pool.used(a);
    pool.add(c);
    assert.equal([a, b, c].map(({ retired }) => retired), [false, true, false]);
    pool.add(d);
    assert.equal([a, c, d].map(({ retired }) => retired), [true, false, false]);
  }));

test("WindowPool.add passes over windows that somebody reads, and the new one", () =>
  withWindows(async (open) => {
    const pool = new WindowPool(1);
    const [a, b, c] = [open(0), open(4096), open(8192)];
    const lease = a.lease(0, 10);
    pool.add(a);
    pool.add(b);
    assert.equal([a.retired, b.retired], [false, false]);
    lease.release();
    pool.add(c);
    assert.equal([a.retired, b.retired, c.retired], [true, true, false]);
  }));

test("WindowPool keeps no more than its bound, whatever is used", () =>
  withWindows(async (open) => {
    const steps = fc.array(fc.tuple(fc.nat(7), fc.boolean()), { maxLength: 40 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), steps, (countMax, taken) => {
        const pool = new WindowPool(countMax);
        const live: Window[] = [];
        for (const [index, isNew] of taken) {
          const known = live[index];
          if (!isNew && known !== undefined) {
            pool.used(known);
            live.push(...live.splice(index, 1));
          } else {
            const window = open(index * 4096);
            pool.add(window);
            live.push(window);
          }
          while (live.length > countMax) assert.ok(live.shift()?.retired);
          assert.ok(live.every(({ retired }) => !retired));
        }
        for (const window of live) pool.drop(window);
      }),
      { numRuns: 30 },
    );
  }));

test.run();
