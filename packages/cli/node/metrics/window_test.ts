// Counts of the last minute or two, out of counts since the start.

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Windows } from "./window.ts";

const test = suite("windows");

const MINUTE = 60_000;

function recentOf(windows: Windows, count: number, nowMs: number): number | undefined {
  return windows.recent(new Map([["a", Float64Array.of(count)]]), nowMs).get("a")?.[0];
}

test("Windows.recent forgets what is older than two minutes", () => {
  const windows = new Windows();
  assert.is(recentOf(windows, 5, 1000), 5);
  assert.is(recentOf(windows, 7, MINUTE), 7, "since the start");
  assert.is(recentOf(windows, 10, 1.5 * MINUTE), 10);
  assert.is(recentOf(windows, 11, 2 * MINUTE), 4, "since the first minute");
  assert.is(recentOf(windows, 12, 3 * MINUTE), 1);
  assert.is(recentOf(windows, 12, 9 * MINUTE), 0);
});

test("Windows.recent counts a name that is new from its beginning", () => {
  const windows = new Windows();
  recentOf(windows, 1, MINUTE);
  recentOf(windows, 1, 2 * MINUTE);
  const now = new Map([["a", Float64Array.of(3)], ["b", Float64Array.of(4)]]);
  const recent = windows.recent(now, 2.1 * MINUTE);
  assert.equal([recent.get("a")?.[0], recent.get("b")?.[0]], [2, 4]);
});

test.run();
