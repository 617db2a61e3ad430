// What a leader makes of a follower's fetches.

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { firstProgress, isLagging, progressAfter } from "./progress.ts";

const test = suite("replica/progress");

/** Fetches of one follower: offset, the leader's end, time. */
function after(...fetches: [offset: number, leaderEndOffset: number, nowMs: number][]) {
  return fetches.reduce(
    (progress, [offset, leaderEndOffset, nowMs]) =>
      progressAfter(progress, { offset, startOffset: 0, brokerEpoch: 7, nowMs, leaderEndOffset }),
    firstProgress(false, 0),
  );
}

test("progressAfter takes the fetch offset as what the follower has", () => {
  const progress = after([5, 9, 100]);
  assert.is(progress.endOffset, 5);
  assert.is(progress.brokerEpoch, 7);
  assert.is(progress.fetchedMs, 100);
});

test("progressAfter knows when a follower was caught up", () => {
  const table: [fetches: [number, number, number][], caughtUpMs: number][] = [
    [[[5, 9, 100]], Number.NEGATIVE_INFINITY],
    [[[9, 9, 100]], 100],
    [[[9, 9, 100], [9, 12, 200]], 100],
    // It has now what was there at the fetch before.
    [[[5, 9, 100], [9, 12, 200]], 100],
    [[[5, 9, 100], [8, 12, 200]], Number.NEGATIVE_INFINITY],
    [[[9, 9, 100], [8, 12, 200], [12, 15, 300]], 200],
    // Time that is known already is not lost by a fetch from further back.
    [[[9, 9, 100], [2, 12, 200]], 100],
  ];
  for (const [fetches, expect] of table) {
    assert.is(after(...fetches).caughtUpMs, expect, JSON.stringify(fetches));
  }
});

test("progressAfter forgets that a follower was caught up when it has begun another life", () => {
  const before = after([9, 9, 100]);
  const fetch = { startOffset: 0, nowMs: 200, leaderEndOffset: 12 };
  const again = (offset: number, brokerEpoch: number): number =>
    progressAfter(before, { ...fetch, offset, brokerEpoch }).caughtUpMs;
  assert.is(again(9, 7), 100);
  assert.is(again(9, 8), Number.NEGATIVE_INFINITY);
  assert.is(again(12, 8), 200);
});

test("firstProgress gives those in sync time to show it", () => {
  const moment = { lagMsMax: 30, leaderEndOffset: 5 };
  const inSync = firstProgress(true, 100);
  assert.is(isLagging(inSync, { ...moment, nowMs: 130 }), false);
  assert.is(isLagging(inSync, { ...moment, nowMs: 131 }), true);
  assert.is(isLagging(firstProgress(false, 100), { ...moment, nowMs: 100 }), true);
});

test("isLagging is nobody who has everything, however long it is silent", () => {
  const idle = after([5, 5, 100]);
  const moment = { nowMs: 100_000, lagMsMax: 30 };
  assert.is(isLagging(idle, { ...moment, leaderEndOffset: 5 }), false);
  assert.is(isLagging(idle, { ...moment, leaderEndOffset: 6 }), true);
});

test.run();
