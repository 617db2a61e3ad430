// When gathered records are written.

import { SimulatedClock } from "@odradek/base/testing/simulated_clock";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Pace } from "./pace.ts";

const test = suite("coordinators/pace");

function pacing(lingerMs: number) {
  const clock = new SimulatedClock();
  const flushedMs: number[] = [];
  const pace = new Pace(clock, lingerMs, () => void flushedMs.push(clock.monotonic()));
  return { clock, flushedMs, pace };
}

test("Pace.plan writes once at the end of the turn, however often it is asked", async () => {
  const { clock, flushedMs, pace } = pacing(-1);
  pace.plan();
  pace.plan();
  assert.equal(flushedMs, []);
  await clock.runUntil(0);
  assert.equal(flushedMs, [0]);
});

test("Pace.plan gathers for a ms once there were several batches within one", async () => {
  const { clock, flushedMs, pace } = pacing(-1);
  for (let i = 0; i < 6; i++) {
    pace.plan();
    await clock.runUntil(0);
  }
  assert.equal(flushedMs, [0, 0, 0, 0]);
  await clock.runUntil(1);
  assert.equal(flushedMs, [0, 0, 0, 0, 1]);
  pace.plan();
  await clock.runUntil(1);
  assert.is(flushedMs.at(-1), 1, "a new ms has begun");
  assert.is(flushedMs.length, 6);
});

test("Pace.plan waits as long as it is set to", async () => {
  const { clock, flushedMs, pace } = pacing(5);
  pace.plan();
  await clock.runUntil(4);
  pace.plan();
  assert.equal(flushedMs, []);
  await clock.runUntil(20);
  assert.equal(flushedMs, [5]);
});

test("Pace.plan writes at once with a linger of 0", async () => {
  const { clock, flushedMs, pace } = pacing(0);
  for (let i = 0; i < 9; i++) {
    pace.plan();
    await clock.runUntil(0);
  }
  assert.is(flushedMs.length, 9);
});

test.run();
