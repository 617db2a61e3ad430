// Each anomaly that a history can have, and what looks like one and is none.

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { History, type Placed } from "./history.ts";

const test = suite("history");

function placed(values: readonly string[], partition = 0): Placed[] {
  return values.map((value, offset) => ({ partition, offset, value }));
}

function historyOf(values: readonly string[]): History {
  const history = new History();
  for (const one of placed(values)) {
    history.acknowledged(one, 0);
    history.read(one);
    history.found(one);
  }
  return history;
}

test("History.problems has none where all was acknowledged, read and found", () => {
  assert.equal(historyOf(["a#1", "b#1", "a#2"]).problems(), []);
});

test("History.problems takes what was never acknowledged as it is", () => {
  const history = historyOf(["a#1"]);
  history.failed("send", new Error("late"));
  for (const act of ["read", "found"] as const) {
    history[act]({ partition: 0, offset: 1, value: "a#3" });
  }
  history.acknowledged({ partition: 0, offset: -1, value: "a#3" }, 0);
  assert.equal(history.problems(), []);
});

const CASES: [string, (history: History) => void, RegExp][] = [
  ["lost", (h) => h.acknowledged({ partition: 0, offset: 9, value: "a#9" }, 0), /^lost: a#9/],
  ["another", (h) => h.acknowledged({ partition: 0, offset: 0, value: "b#1" }, 0), /^lost: b#1/],
  ["changed", (h) => h.read({ partition: 0, offset: 0, value: "b#1" }), /^inconsistent: 0@0/],
  ["vanished", (h) => h.read({ partition: 0, offset: 5, value: "b#1" }), /^inconsistent: b#1/],
  ["unseen", (h) => h.found({ partition: 0, offset: 2, value: "b#1" }), /^unseen: .* b#1/],
];
for (const [name, act, expected] of CASES) {
  test(`History.problems tells what is ${name}`, () => {
    const history = historyOf(["a#1", "a#2"]);
    act(history);
    assert.is(history.problems().length, 1);
    assert.match(history.problems()[0] ?? "", expected);
  });
}

test("History.problems tells what is there twice, out of order, or committed backwards", () => {
  assert.match(historyOf(["a#1", "a#1"]).problems()[0] ?? "", /^doubled: a#1 at 0@1/);
  assert.match(historyOf(["a#2", "a#1"]).problems()[0] ?? "", /^reordered: a#1 at 0@1/);
  const history = historyOf([]);
  for (const offset of [5, 7, 6]) history.committed(0, offset);
  assert.equal(history.problems(), ["the group's offset of 0 went from 7 to 6"]);
});

test.run();
