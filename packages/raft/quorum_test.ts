// Tables for small quorums, and what a majority means as a property.

import { nodeId, offset } from "@odradek/base";
import * as fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { isElected, majority, offsetOfMajority } from "./quorum.ts";
import { votersOf } from "./testing/voter.ts";

const test = suite("quorum");

test("majority is more than half", () => {
  const table = [[1, 1], [2, 2], [3, 2], [4, 3], [5, 3], [6, 4], [7, 4]] as const;
  for (const [voters, expected] of table) assert.is(majority(voters), expected, `${voters}`);
});

test("offsetOfMajority is the highest offset that enough voters have reached", () => {
  const table: [given: number[], expected: number][] = [
    [[7], 7],
    [[7, 3], 3],
    [[9, 4, 7], 7],
    [[0, 0, 9], 0],
    [[5, 5, 5], 5],
    [[9, 4, 7, 5], 5],
    [[1, 2, 3, 4, 5], 3],
    [[9, 9, 9, 0, 0], 9],
  ];
  for (const [given, expected] of table) {
    assert.is(offsetOfMajority(given.map(offset)), expected, given.join());
  }
  assert.throws(() => offsetOfMajority([]), /no voters/);
});

test("offsetOfMajority is reached by a majority, and no higher offset is", () => {
  const offsets = fc.array(fc.nat(20), { minLength: 1, maxLength: 9 });
  fc.assert(fc.property(offsets, (given) => {
    const reached = offsetOfMajority(given.map(offset));
    const count = (least: number) => given.filter((each) => each >= least).length;
    return count(reached) >= majority(given.length) && count(reached + 1) < majority(given.length);
  }));
});

test("isElected counts the grants of voters", () => {
  const table: [voters: number[], granted: number[], expected: boolean][] = [
    [[1], [1], true],
    [[1], [], false],
    [[1], [2, 3], false],
    [[1, 2], [1], false],
    [[1, 2, 3], [1, 3], true],
    [[1, 2, 3], [1, 7, 8, 9], false],
    [[1, 2, 3, 4], [1, 2], false],
    [[1, 2, 3, 4], [1, 2, 4], true],
  ];
  for (const [voters, granted, expected] of table) {
    const isWon = isElected(votersOf(...voters), new Set(granted.map(nodeId)));
    assert.is(isWon, expected, `${voters}: ${granted}`);
  }
});

test.run();
