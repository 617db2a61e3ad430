// Which files are closed where too many are open.

import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "@odradek/base";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { DescriptorPool, type Reopenable } from "./descriptors.ts";
import { diskFiles } from "./files.ts";

const test = suite("disk/descriptors");

class File implements Reopenable {
  wasUsed = true;
  isBusy = false;
  isOpen = false;
  readonly #pool: DescriptorPool;

  constructor(pool: DescriptorPool) {
    this.#pool = pool;
  }

  open(): void {
    this.isOpen = true;
    this.wasUsed = true;
    this.#pool.opened(this);
  }

  closeNow(): void {
    this.isOpen = false;
    this.#pool.closed(this);
  }
}

function files(pool: DescriptorPool, count: number): File[] {
  return Array.from({ length: count }, () => new File(pool));
}

const open = (all: readonly File[]): number[] =>
  all.flatMap(({ isOpen }, i) => isOpen ? [i] : []);

test("DescriptorPool closes what was not used since it looked last", () => {
  const pool = new DescriptorPool(3);
  const all = files(pool, 6);
  for (const file of all.slice(0, 4)) file.open();
  assert.equal(open(all), [1, 2, 3], "all were used: the oldest goes");
  (all[1] as File).wasUsed = true;
  all[4]?.open();
  assert.equal(open(all), [1, 3, 4]);
  assert.is(pool.count, 3);
});

test("DescriptorPool leaves those that are busy, however many there are", () => {
  const pool = new DescriptorPool(2);
  const all = files(pool, 4);
  for (const file of all) file.isBusy = true;
  for (const file of all) file.open();
  assert.equal(open(all), [0, 1, 2, 3]);
  (all[2] as File).isBusy = false;
  all[0]?.open();
  assert.equal(open(all), [0, 1, 3]);
});

test("files are written, read and synced though few of them may be open", async () => {
  const folder = await mkdtemp(join(tmpdir(), "odradek-descriptors-"));
  const disk = diskFiles({ clock: systemClock, descriptorsMax: 4 });
  const openNow = async (): Promise<number> => {
    const links = await readdir("/proc/self/fd").catch(() => []);
    return links.length;
  };
  try {
    const all = await Promise.all(Array.from({ length: 40 }, (_, i) =>
      disk.open(join(folder, String(i)), { create: true })));
    const before = await openNow();
    for (let round = 0; round < 3; round++) {
      all.forEach((file, i) => file.write([Uint8Array.of(i)], round));
      await Promise.all(all.map((file) => file.sync()));
    }
    assert.ok(await openNow() <= before + 8);
    for (const [i, file] of all.entries()) {
      assert.equal([...await file.read(0, 3)], [i, i, i]);
      const lease = file.view(1, 2);
      assert.equal([...lease.bytes], [i, i]);
      lease.release();
    }
    for (const file of all) await file.close();
    assert.ok(await openNow() <= before);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test.run();
