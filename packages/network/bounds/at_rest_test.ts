// When a thread collects its garbage: at rest, and if it is worth it.

import { SimulatedClock } from "@odradek/base/testing/simulated_clock";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { collectAtRest, type Heap } from "./at_rest.ts";

const test = suite("bounds/at_rest");

const MB = 1024 * 1024;
const LOOK_MS = 5000;

/** A thread with a heap that the test fills; a collection leaves so much. */
function bench(left: Heap) {
  const clock = new SimulatedClock();
  const done = { collected: 0, trimmed: 0 };
  const state = { heap: { used: 0, total: 0 } as Heap, busy: 0 };
  const timer = collectAtRest({
    clock,
    heap: () => state.heap,
    busy: () => state.busy,
    collect: () => {
      done.collected++;
      state.heap = left;
    },
    trim: () => void done.trimmed++,
  });
  const look = async (used: number, total: number, busy = 0): Promise<number> => {
    state.heap = { used, total };
    state.busy = busy;
    await clock.runUntil(clock.monotonic() + LOOK_MS);
    return done.collected;
  };
  return { look, done, timer };
}

test("collectAtRest waits until nothing new is made", async () => {
  const { look, done } = bench({ used: 15 * MB, total: 16 * MB });
  assert.is(await look(30 * MB, 50 * MB), 0, "it has just been made");
  assert.is(await look(40 * MB, 50 * MB), 0);
  assert.is(await look(40 * MB, 50 * MB), 1);
  assert.is(done.trimmed, 1);
});

test("collectAtRest collects once, until there is something to gain again", async () => {
  const { look } = bench({ used: 15 * MB, total: 16 * MB });
  await look(40 * MB, 50 * MB);
  assert.is(await look(40 * MB, 50 * MB), 1);
  assert.is(await look(15 * MB, 16 * MB), 1);
  assert.is(await look(15.2 * MB, 16 * MB), 1);
  assert.is(await look(15.2 * MB, 20 * MB), 2, "what is free was not given back");
});

test("collectAtRest does not take a thread that works for one at rest", async () => {
  const { look } = bench({ used: 15 * MB, total: 16 * MB });
  await look(40 * MB, 50 * MB, 0.05);
  assert.is(await look(40 * MB, 50 * MB, 0.05), 0, "as much as before, but of other things");
  assert.is(await look(40 * MB, 50 * MB), 1);
});

test("collectAtRest leaves large heaps to V8, and ends when it is cancelled", async () => {
  const { look, timer } = bench({ used: 15 * MB, total: 16 * MB });
  await look(200 * MB, 250 * MB);
  assert.is(await look(200 * MB, 250 * MB), 0);
  timer.cancel();
  await look(40 * MB, 50 * MB);
  assert.is(await look(40 * MB, 50 * MB), 0);
});

test.run();
