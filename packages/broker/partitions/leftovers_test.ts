// What a stop left of topics that were deleted before it.

import type { Files } from "@odradek/base";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { simulatedWorld, type World } from "../testing/world.ts";
import { leftoversIn, removeLeftovers } from "./leftovers.ts";

const test = suite("partitions/leftovers");

const HEX = "ca5c6dcff4fe49c6a2bc8e4b2df12621";
const [GONE, STRAY] = [`/data/gone-0.${HEX}-delete`, `/data/lost-0.${HEX}-stray`];
const DIRECTORIES = [{ path: "/data" }, { path: "/more" }];

async function bench(): Promise<World> {
  const world = simulatedWorld();
  const { files } = world.context;
  const names = ["/data/kept-0", GONE, STRAY, `/more/gone-1.${HEX}-delete`];
  for (const name of names) await world.settle(files.makeDirectory(name));
  await world.settle(files.writeWhole(`/data/file.${HEX}-delete`, new Uint8Array(1)));
  return world;
}

test("leftoversIn finds directories named for deletion in all log directories", async () => {
  const world = await bench();
  const found = await world.settle(leftoversIn(world.context.files, DIRECTORIES));
  assert.equal(found, [GONE, `/more/gone-1.${HEX}-delete`]);
});

test("removeLeftovers removes after the delay, and nothing else", async () => {
  const { context: { files, clock }, settle } = await bench();
  const { signal } = new AbortController();
  const warn = assert.unreachable;
  const before = clock.monotonic();
  await settle(removeLeftovers([GONE], { files, clock, delayMs: 30_000, signal, warn }));
  assert.ok(clock.monotonic() - before >= 30_000);
  assert.is(await settle(files.list(GONE)), undefined);
  const names = (await settle(files.list("/data")) ?? []).map(({ name }) => name);
  assert.equal(names, [`file.${HEX}-delete`, "kept-0", `lost-0.${HEX}-stray`]);
});

test("removeLeftovers leaves them to the next start when the broker stops", async () => {
  const { context: { files, clock }, settle } = await bench();
  const stop = new AbortController();
  clock.schedule(10, () => stop.abort());
  const { signal } = stop;
  const warn = assert.unreachable;
  const before = clock.monotonic();
  await settle(removeLeftovers([GONE], { files, clock, delayMs: 30_000, signal, warn }));
  assert.ok(clock.monotonic() - before < 30_000);
  assert.equal(await settle(files.list(GONE)), []);
});

test("removeLeftovers tells what it cannot remove, and goes on", async () => {
  const { context: { files, clock }, settle } = await bench();
  const refusing: Files = Object.create(files, {
    remove: {
      value: (path: string) =>
        path === STRAY ? Promise.reject(new Error("busy")) : files.remove(path),
    },
  });
  const { signal } = new AbortController();
  const warnings: string[] = [];
  const warn = (message: string): void => void warnings.push(message);
  const removal = { files: refusing, clock, delayMs: 1, signal, warn };
  await settle(removeLeftovers([STRAY, GONE], removal));
  assert.equal(warnings, [`Cannot remove "${STRAY}": busy`]);
  assert.is(await settle(files.list(GONE)), undefined);
});

test.run();
