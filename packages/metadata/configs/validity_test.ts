// Rules for single values: what each takes at its edges, how it is written and how it is said.
// parse_test.ts has the sentences of the refusals.

import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  eachOf,
  form,
  gzipLevel,
  noEmptyEntries,
  notEmpty,
  notNull,
  oneOf,
  range,
  shareOffsetReset,
  throttledReplicas,
  type Validity,
} from "./validity.ts";

const test = suite("configs/validity");

type Value = Parameters<Validity["problem"]>[1];

const table: readonly (readonly [
  what: string,
  rule: Validity | undefined,
  good: readonly Value[],
  bad: readonly Value[],
])[] = [
  ["range of both", range(1, 3), [1, 2, 3], [0, 4, -1]],
  ["range upwards", range(0, undefined), [0, 1e15], [-1]],
  ["range downwards", range(undefined, 5), [5, -1e15], [6]],
  ["oneOf", oneOf(["a", "B"]), ["a", "B"], ["A", "b", "", "ab"]],
  ["oneOf in any case", oneOf(["a", "B"], true), ["a", "A", "b", "B"], ["ab", ""]],
  ["eachOf", eachOf(["a", "b"]), [[], ["a"], ["b", "a"], "a"], [["c"], ["a", ""], ["a", "c"]]],
  ["noEmptyEntries", noEmptyEntries, [[], ["x"], "x"], [[""], ["x", ""]]],
  ["notEmpty", notEmpty, ["x", " "], [""]],
  ["notNull", notNull, ["", "x"], []],
  ["gzipLevel", gzipLevel, [-1, 1, 9], [0, 10, -2]],
  [
    "throttledReplicas",
    throttledReplicas,
    [["*"], [], ["1:2"], ["1:2", "3:4"], ["1:2", "", "3:4"]],
    [["*", "1:2"], ["1"], ["1:a"], ["1:2:3"], ["-1:2"]],
  ],
  [
    "shareOffsetReset",
    shareOffsetReset,
    ["latest", "earliest", "by_duration:PT1S", "by_duration:P1D", "by_duration:P1DT2H3M4.5S"],
    ["Latest", "none", "by_duration:", "by_duration:P", "by_duration:PT", "by_duration:1S", ""],
  ],
  ["form", form("digits", /^\d+$/), ["1", "007"], ["", "a", "1a"]],
];

for (const [what, rule, good, bad] of table) {
  test(`${what} takes what it should, and names key and value of the rest`, () => {
    assert.ok(rule);
    for (const value of good) assert.is(rule.problem("k", value), undefined, String(value));
    for (const value of bad) assert.match(rule.problem("k", value) ?? "", "k", String(value));
  });
}

test("range writes its bounds as Kafka does, and says them in words", () => {
  type Bound = number | undefined;
  const rules: [min: Bound, max: Bound, notation: string, words: string][] =
    [
      [1, 3, "[1,...,3]", "1 to 3"],
      [0, undefined, "[0,...]", "at least 0"],
      [undefined, 5, "[...,5]", "at most 5"],
    ];
  for (const [min, max, notation, words] of rules) {
    const rule = range(min, max);
    assert.equal([rule?.notation, rule?.words], [notation, words]);
  }
  assert.is(range(undefined, undefined), undefined);
});

test("oneOf says when capitals make no difference", () => {
  assert.is(oneOf(["a", "b"]).notation, "[a, b]");
  assert.is(oneOf(["a", "b"], true).notation, "(case insensitive) [a, b]");
});

test.run();
