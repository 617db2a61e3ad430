// What is told of times.

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Latencies } from "./latencies.ts";

const test = suite("Latencies");

test("Latencies of nothing are 0", () => {
  const none = new Latencies();
  assert.equal([none.count, none.average, none.max, none.percentile(0.5)], [0, 0, 0, 0]);
});

test("Latencies.percentile is the time that so many were faster than", () => {
  const all = new Latencies();
  for (let i = 100; i > 0; i--) all.add(i);
  assert.equal([all.average, all.max], [50.5, 100]);
  assert.equal([0, 0.5, 0.95, 0.99, 0.999, 1].map((part) => all.percentile(part)), [
    1,
    51,
    96,
    100,
    100,
    100,
  ]);
  all.add(0);
  assert.is(all.percentile(0), 0, "also after more have come");
});

test.run();
