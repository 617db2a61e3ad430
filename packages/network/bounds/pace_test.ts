// So many a second, and a second's worth at once after a rest.

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Pace } from "./pace.ts";

const test = suite("pace");

/** How many are let in at this moment. */
function burst(pace: Pace, nowMs: number, perSecond: number): number {
  let count = 0;
  while (pace.waitMs(nowMs, perSecond) === 0 && count < 1000) {
    pace.took(nowMs, perSecond);
    count++;
  }
  return count;
}

test("Pace lets in a second's worth at once, and then one after the other", () => {
  const pace = new Pace();
  assert.is(burst(pace, 0, 10), 10);
  assert.is(pace.waitMs(0, 10), 100);
  assert.is(burst(pace, 99, 10), 0);
  assert.is(burst(pace, 100, 10), 1);
  assert.is(burst(pace, 350, 10), 2);
  assert.is(burst(pace, 60_000, 10), 10, "no more than a second's worth is saved up");
});

test("Pace follows a rate that changes, and lets nobody in at 0", () => {
  const pace = new Pace();
  assert.is(burst(pace, 0, 1), 1);
  assert.ok(pace.waitMs(0, 0) > 0);
  assert.is(burst(pace, 1000, 2), 2);
});

test.run();
