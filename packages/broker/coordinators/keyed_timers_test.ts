// Timers by key that are put off again and again.

import type { Clock } from "@odradek/base";
import { SimulatedClock } from "@odradek/base/testing/simulated_clock";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { KeyedTimers } from "./keyed_timers.ts";

const test = suite("coordinators/keyed_timers");

function timing() {
  const clock = new SimulatedClock();
  let scheduled = 0;
  const counted: Clock = {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    soon: (run) => clock.soon(run),
    schedule: (ms, run) => {
      scheduled++;
      return clock.schedule(ms, run);
    },
  };
  const fired: string[] = [];
  const timers = new KeyedTimers<string>(counted, (key, command) => {
    fired.push(`${key} ${command} ${clock.monotonic()}`);
  });
  return { clock, timers, fired, scheduled: () => scheduled };
}

test("KeyedTimers fires each key once, at its time, with its newest command", async () => {
  const { clock, timers, fired } = timing();
  timers.set("a", 10, "first");
  timers.set("b", 5, "only");
  await clock.runUntil(3);
  timers.set("a", 10, "second");
  await clock.runUntil(100);
  assert.equal(fired, ["b only 5", "a second 13"]);
  assert.is(timers.size, 0);
});

test("KeyedTimers takes a nearer time than the one that was set", async () => {
  const { clock, timers, fired } = timing();
  timers.set("a", 100, "far");
  timers.set("a", 10, "near");
  await clock.runUntil(200);
  assert.equal(fired, ["a near 10"]);
});

test("KeyedTimers costs no timer of the clock for being put off", async () => {
  const { clock, timers, fired, scheduled } = timing();
  for (let ms = 0; ms < 1000; ms++) {
    timers.set("a", 100, "session");
    await clock.runUntil(ms);
  }
  assert.ok(scheduled() <= 11, `${scheduled()}`);
  assert.equal(fired, []);
  await clock.runUntil(2000);
  assert.equal(fired, ["a session 1098"]);
});

test("KeyedTimers.cancel and cancelAll keep what was due from happening", async () => {
  const { clock, timers, fired } = timing();
  for (const key of ["a", "b", "c"]) timers.set(key, 10, "due");
  timers.cancel("a");
  await clock.runUntil(5);
  timers.cancelAll();
  timers.set("c", 10, "anew");
  await clock.runUntil(100);
  assert.equal(fired, ["c anew 15"]);
});

test.run();
