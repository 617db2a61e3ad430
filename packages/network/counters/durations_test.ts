// The buckets of durations: without gaps, fine enough, and what is read back from them.

import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  bucketEndMs,
  countBelow,
  countOf,
  DURATION_BUCKETS,
  durationBucket,
  quantileMs,
} from "./durations.ts";

const test = suite("durations");

function counted(all: readonly number[]): Float64Array {
  const buckets = new Float64Array(DURATION_BUCKETS);
  for (const ms of all) {
    const bucket = durationBucket(ms);
    buckets[bucket] = (buckets[bucket] ?? 0) + 1;
  }
  return buckets;
}

test("durationBucket gives each duration the one bucket that it lies in", () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 2 ** 31 - 1 }), (us) => {
    const bucket = durationBucket((us + 0.5) / 1000);
    const startUs = bucket === 0 ? 0 : bucketEndMs(bucket - 1) * 1000;
    assert.ok(Math.round(startUs) <= us && us < Math.round(bucketEndMs(bucket) * 1000));
  }));
});

test("durationBucket takes any number", () => {
  for (const ms of [-1, 0, 0.0001]) assert.is(durationBucket(ms), 0, `${ms}`);
  for (const ms of [1e12, Infinity]) assert.is(durationBucket(ms), DURATION_BUCKETS - 1, `${ms}`);
});

test("bucketEndMs grows by an eighth at most from 8 us on", () => {
  for (let i = 8; i < DURATION_BUCKETS; i++) {
    const [last, end] = [bucketEndMs(i - 1), bucketEndMs(i)];
    assert.ok(end > last && end <= last * 1.1251, `${i}: ${last} to ${end}`);
  }
});

test("quantileMs is off by an eighth at most", () => {
  fc.assert(fc.property(
    fc.array(fc.double({ min: 0.01, max: 100_000, noNaN: true }), { minLength: 1 }),
    fc.constantFrom(0.5, 0.95, 0.99, 0.999),
    (all, part) => {
      const sorted = all.toSorted((a, b) => a - b);
      const exact = sorted[Math.max(0, Math.ceil(part * all.length) - 1)] as number;
      const found = quantileMs(counted(all), part);
      assert.ok(Math.abs(found - exact) <= exact * 0.126 + 0.001, `${found} for ${exact}`);
    },
  ));
});

test("quantileMs of nothing is 0", () => {
  assert.is(quantileMs(new Float64Array(DURATION_BUCKETS), 0.99), 0);
});

test("countBelow counts what took less than a power of two of microseconds", () => {
  const buckets = counted([0.007, 0.008, 1.023, 1.025, 5000]);
  assert.equal([3, 4, 10, 11, 23].map((power) => countBelow(buckets, power)), [1, 2, 3, 4, 5]);
  assert.is(countOf(buckets), 5);
});

test.run();
