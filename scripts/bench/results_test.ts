// Medians, ratios and percentiles, and how results are gathered.

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Collected, movedSince, percentile, ratioOf, type Results, spreadOf } from "./results.ts";

const test = suite("results");

test("spreadOf takes the middle figure, and the mean of two", () => {
  assert.equal(spreadOf([5, 1, 3]), { median: 3, low: 1, high: 5 });
  assert.equal(spreadOf([4, null, 1]), { median: 2.5, low: 1, high: 4 });
  assert.is(spreadOf([null]), undefined);
  assert.is(spreadOf(), undefined);
});

test("ratioOf compares within a round only", () => {
  const row = { row: "r", metric: "m", figures: { ours: [1, 20, 3], theirs: [2, null, 12] } };
  assert.equal(ratioOf(row, "ours", "theirs"), { median: 0.375, low: 0.25, high: 0.5 });
  assert.is(ratioOf(row, "ours", "nobody"), undefined);
});

test("Collected keeps rows in order and leaves holes for rounds that are missing", () => {
  const collected = new Collected();
  collected.add("b", { subject: "ours", round: 0 }, { ms: 1 });
  collected.add("a", { subject: "ours", round: 0 }, { ms: 2 });
  collected.add("b", { subject: "ours", round: 2 }, { ms: 3 });
  assert.equal(collected.rows, [
    { row: "b", metric: "ms", figures: { ours: [1, null, 3] } },
    { row: "a", metric: "ms", figures: { ours: [2] } },
  ]);
});

test("movedSince compares medians with those of another run", () => {
  const row = { row: "r", metric: "m", figures: { ours: [3] } };
  const before: Results = {
    when: "",
    node: "",
    processors: 1,
    rounds: 1,
    subjects: ["ours"],
    rows: [{ row: "r", metric: "m", figures: { ours: [2] } }],
  };
  assert.is(movedSince(before, row, "ours"), 1.5);
  assert.is(movedSince(before, { ...row, metric: "other" }, "ours"), undefined);
});

test("percentile is the smallest value that so many do not exceed", () => {
  const sorted = Float64Array.from({ length: 1000 }, (_, i) => i + 1);
  assert.is(percentile(sorted, 0.5), 500);
  assert.is(percentile(sorted, 0.999), 999);
  assert.is(percentile(Float64Array.of(7), 0.5), 7);
});

test.run();
