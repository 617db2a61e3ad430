// How long there was silence, and how records fared.

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { quantile, Timeline } from "./timeline.ts";

const test = suite("timeline");

test("Timeline.longestGapMs counts from the first moment to the last", () => {
  const timeline = new Timeline();
  assert.is(timeline.longestGapMs(100, 400), 300);
  timeline.acknowledged(Date.now());
  const now = Date.now();
  assert.ok(timeline.longestGapMs(now - 1000, now + 2000) >= 1990);
  assert.ok(timeline.longestGapMs(now - 1000, now + 2000) <= 2010);
});

test("quantile takes the value below which that share of them lies", () => {
  const values = [5, 1, 4, 2, 3];
  assert.equal([0, 0.5, 0.99].map((share) => quantile(values, share)), [1, 3, 5]);
  assert.is(quantile([], 0.5), 0);
});

test.run();
