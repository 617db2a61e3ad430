// How a coordinator's log becomes its state: everything once, a few ms at a time.

import type { Clock } from "@odradek/base";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { tallyFold } from "../testing/tally_fold.ts";
import { batchOf, openTestLog, simulatedWorld, text, type World } from "../testing/world.ts";
import { load, type LoadOptions } from "./loading.ts";
import type { TallyTypes } from "../testing/tally_fold.ts";
import type { PartitionLog } from "@odradek/log";

const test = suite("coordinators/loading");

function append(log: PartitionLog, ...batches: readonly (readonly string[])[]): void {
  for (const names of batches) {
    const batch = batchOf(names.map((name) => ({ key: text(name), value: text("1") })));
    batch.setBaseOffset(log.endOffset);
    log.append([batch]);
  }
}

function loading(world: World, log: PartitionLog, options: Partial<LoadOptions<TallyTypes>> = {}) {
  return load({
    fold: tallyFold,
    log,
    highWatermark: () => log.endOffset,
    bytesMax: 1 << 20,
    clock: world.clock,
    signal: new AbortController().signal,
    ...options,
  });
}

test("load reads a log of several reads and segments, each record once", async () => {
  const world = simulatedWorld();
  const log = await openTestLog(world);
  for (let i = 0; i < 10; i++) {
    append(log, ["a", "b"], ["a"]);
    if (i === 4) await world.settle(log.roll());
  }
  for (const bytesMax of [1, 150, 1 << 20]) {
    const { state, endOffset } = await world.settle(loading(world, log, { bytesMax }));
    assert.equal([...state.sums], [["a", 20], ["b", 10]], `${bytesMax}`);
    assert.is(endOffset, 30);
  }
});

test("load leaves out what was deleted from the beginning of the log", async () => {
  const world = simulatedWorld();
  const log = await openTestLog(world);
  append(log, ["a", "a", "b"], ["b"]);
  log.advanceStart(1);
  const { state } = await world.settle(loading(world, log));
  assert.equal([...state.sums], [["a", 1], ["b", 2]]);
});

test("load tells the state as of the high watermark beside the newest", async () => {
  const world = simulatedWorld();
  const log = await openTestLog(world);
  append(log, ["a"], ["a", "b"], ["b"]);
  const { state, committed } = await world.settle(loading(world, log, { highWatermark: () => 1 }));
  assert.equal([...committed.sums], [["a", 1]]);
  assert.equal([...state.sums], [["a", 2], ["b", 2]]);
});

/** Every look at it costs time, so that slices end without any real time passing. */
function busyClock(clock: Clock, msPerLook: number): { clock: Clock; pauses: number } {
  let spentMs = 0;
  const busy = {
    pauses: 0,
    clock: {
      now: () => clock.now(),
      monotonic: () => clock.monotonic() + (spentMs += msPerLook),
      soon: (run: () => void) => clock.soon(run),
      schedule(ms: number, run: () => void) {
        busy.pauses++;
        return clock.schedule(ms, run);
      },
    },
  };
  return busy;
}

test("load lets others go on every few ms", async () => {
  const world = simulatedWorld();
  const log = await openTestLog(world);
  for (let i = 0; i < 10; i++) append(log, Array.from({ length: 100 }, () => "a"));
  const busy = busyClock(world.clock, 1);
  const { state } = await world.settle(loading(world, log, { clock: busy.clock }));
  assert.equal([...state.sums], [["a", 1000]]);
  // 1,000 records, a look at the clock each 16, 2 ms a slice.
  assert.ok(busy.pauses > 12, `${busy.pauses}`);
});

test("load ends when it is not wanted any more", async () => {
  const world = simulatedWorld();
  const log = await openTestLog(world);
  for (let i = 0; i < 10; i++) append(log, Array.from({ length: 100 }, () => "a"));
  const abort = new AbortController();
  const { clock } = busyClock(world.clock, 5);
  const loaded = loading(world, log, { clock, signal: abort.signal }).catch((error) => error);
  abort.abort(new Error("not wanted"));
  assert.is((await world.settle(loaded) as Error).message, "not wanted");
});

test("load does not take damaged batches for records", async () => {
  const world = simulatedWorld();
  const log = await openTestLog(world);
  append(log, ["a"]);
  const damaged = batchOf([{ key: text("b"), value: text("1") }]);
  damaged.bytes[damaged.bytes.length - 2] = 0x39;
  damaged.setBaseOffset(1);
  log.append([damaged]);
  const failed = await world.settle(loading(world, log).catch((error) => error)) as Error;
  assert.match(failed.message, /Cannot read batch 1 of ".*": CRC/);
});

test.run();
