// Views of windows that belong to somebody else: the same bytes, zeros once they are let go.

import { join } from "node:path";
import { type Files, type MappedPlace, systemClock } from "@odradek/base";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { inTemporaryDirectory, until } from "../testing/temporary.ts";
import { diskFiles } from "./files.ts";
import { ForeignWindows } from "./foreign_windows.ts";

const test = suite("ForeignWindows");

interface Sides {
  readonly directory: string;
  /** The owner's, which keeps one window. */
  readonly files: Files;
  readonly foreign: ForeignWindows;
  /** Windows that the other side was told to let go. */
  readonly gone: number[];
}

async function withSides(use: (sides: Sides) => Promise<void>): Promise<void> {
  await inTemporaryDirectory(async (directory) => {
    const foreign = new ForeignWindows();
    const gone: number[] = [];
    const files = diskFiles({
      clock: systemClock,
      windowsMax: 1,
      beforeUnmap: (address) => {
        gone.push(address);
        foreign.letGo(address);
        return Promise.resolve();
      },
    });
    await use({ directory, files, foreign, gone });
  });
}

test("ForeignWindows.view shows the bytes of a lease, and what is written later", () =>
  withSides(async ({ directory, files, foreign }) => {
    const file = await files.open(join(directory, "a"), { create: true });
    file.write([Uint8Array.from({ length: 100 }, (_, i) => i)], 0);
    const [first, second] = [file.view(10, 5), file.view(50, 3)];
    const views = [first, second].map(({ place }) => foreign.view(place as MappedPlace));
    assert.equal(views, [Uint8Array.of(10, 11, 12, 13, 14), Uint8Array.of(50, 51, 52)]);
    assert.is(views[0]?.buffer, views[1]?.buffer, "one buffer for each window");
    file.write([Uint8Array.of(99)], 12);
    assert.equal(views[0], Uint8Array.of(10, 11, 99, 13, 14));
    for (const lease of [first, second]) lease.release();
    await file.close();
    await until(() => first.bytes[0] === 0, "the window is unmapped");
  }));

test("ForeignWindows.letGo takes the views of a window their bytes when its owner unmaps it", () =>
  withSides(async ({ directory, files, foreign, gone }) => {
    const a = await files.open(join(directory, "a"), { create: true });
    const b = await files.open(join(directory, "b"), { create: true });
    for (const file of [a, b]) file.write([new Uint8Array(100).fill(7)], 0);
    const lease = a.view(0, 10);
    const view = foreign.view(lease.place as MappedPlace);
    const { window } = lease.place as MappedPlace;
    lease.release();
    b.view(0, 10).release();
    await until(() => lease.bytes[0] === 0, "the owner's view shows zeros");
    await until(() => view[0] === 0, "the other one shows zeros");
    assert.equal(gone, [window]);
    await a.close();
    await b.close();
  }));

test("ForeignWindows.letGo of a window that was never seen does nothing", () => {
  const foreign = new ForeignWindows();
  foreign.letGo(0x1000);
});

test("ForeignWindows.view makes a new one where another window lies by now", () =>
  withSides(async ({ directory, files, foreign }) => {
    const file = await files.open(join(directory, "a"), { create: true });
    file.write([new Uint8Array(8192).fill(3)], 0);
    const lease = file.view(0, 8192);
    const { window } = lease.place as MappedPlace;
    const old = foreign.view({ window, windowLength: 4096, start: 0, length: 10 });
    const now = foreign.view({ window, windowLength: 8192, start: 5000, length: 10 });
    await until(() => old[0] === 0, "what was there is let go");
    assert.equal(now, new Uint8Array(10).fill(3));
    foreign.letGo(window);
    await until(() => now[0] === 0, "it is let go");
    lease.release();
    await file.close();
  }));

test.run();
