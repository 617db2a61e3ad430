// Which snapshots go: the oldest, by age and size, and never the newest.

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type AgedSnapshot, type CleaningLimits, expiredSnapshots } from "./clean.ts";

const test = suite("clean snapshots");

const NOW = 1_000_000;
const NONE: CleaningLimits = { retentionBytes: -1, retentionMs: -1 };

function snapshots(...ages: number[]): AgedSnapshot[] {
  return ages.map((ageMs, i) => ({
    endOffset: 100 * i,
    sizeBytes: 10,
    lastTimestamp: NOW - ageMs,
  }));
}

/** One begins at each end of a snapshot. */
const SEGMENTS = [0, 100, 200, 300].map((baseOffset) => ({ baseOffset, sizeBytes: 1000 }));

test("expiredSnapshots counts from the oldest on, up to the newest", () => {
  const table: [ages: number[], limits: Partial<CleaningLimits>, expect: number][] = [
    [[], { retentionMs: 0, retentionBytes: 0 }, 0],
    [[9000], { retentionMs: 0, retentionBytes: 0 }, 0],
    [[9000, 8000, 10], {}, 0],
    [[9000, 8000, 10], { retentionMs: 8000 }, 1],
    [[9000, 8000, 10], { retentionMs: 7999 }, 2],
    [[9000, 8000, 7000], { retentionMs: 0 }, 2],
    // The second keeps its place although it is older than the first.
    [[10, 9000, 10], { retentionMs: 100 }, 0],
    // 30 bytes of snapshots and 4000 of the log; 20 and 3000; 10 and 2000.
    [[3, 2, 1], { retentionBytes: 4030 }, 0],
    [[3, 2, 1], { retentionBytes: 4029 }, 1],
    [[3, 2, 1], { retentionBytes: 3020 }, 1],
    [[3, 2, 1], { retentionBytes: 3019 }, 2],
    [[3, 2, 1], { retentionBytes: 0 }, 2],
  ];
  for (const [ages, limits, expect] of table) {
    const terms = { limits: { ...NONE, ...limits }, segments: SEGMENTS, now: NOW };
    const count = expiredSnapshots(snapshots(...ages), terms);
    assert.is(count, expect, JSON.stringify([ages, limits]));
  }
});

test.run();
