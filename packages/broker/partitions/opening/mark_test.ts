// Rows of offsets and their numbers.

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Mark } from "./mark.ts";

const test = suite("partitions/mark");

function markOf(offsets: readonly number[]): number {
  const mark = new Mark();
  for (const offset of offsets) mark.add(offset);
  return mark.value;
}

test("Mark is the same for the same row, and another for another", () => {
  assert.is(markOf([1, 2, 2 ** 40]), markOf([1, 2, 2 ** 40]));
  const rows = [[], [0], [0, 0], [1, 2], [2, 1], [-1, 0], [2 ** 32], [2 ** 33], [1, 2 ** 53 - 1]];
  for (let i = 0; i < 20_000; i++) rows.push([5, i, 7], [i * 2 ** 32, 5]);
  assert.is(new Set(rows.map(markOf)).size, rows.length);
  assert.ok(rows.every((row) => Number.isSafeInteger(markOf(row))));
});

test.run();
