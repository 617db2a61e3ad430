// Ranges against a set of numbers.

import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Ranges } from "./ranges.ts";

const test = suite("ranges");

const range = fc.tuple(fc.nat(40), fc.nat(6)).map(([from, length]) => ({
  from,
  to: from + length,
}));

test("Ranges are what was added, in as few pieces as can be, with the holes between", () => {
  fc.assert(fc.property(fc.array(range, { maxLength: 12 }), (added) => {
    const ranges = new Ranges();
    const numbers = new Set<number>();
    for (const one of added) {
      ranges.add(one);
      for (let i = one.from; i < one.to; i++) numbers.add(i);
    }
    const inRanges = ranges.all.flatMap(({ from, to }) =>
      Array.from({ length: to - from }, (_, i) => from + i)
    );
    const sorted = [...numbers].sort((a, b) => a - b);
    assert.equal(inRanges, sorted);
    assert.ok(ranges.all.every(({ from }, i) => i === 0 || from > (ranges.all[i - 1]?.to ?? 0)));
    const holes = ranges.holes.flatMap(({ from, to }) =>
      Array.from({ length: to - from }, (_, i) => from + i)
    );
    const [first = 0, last = 0] = [sorted[0], sorted.at(-1)];
    const between = Array.from({ length: last - first + 1 }, (_, i) => first + i);
    assert.equal(holes, sorted.length === 0 ? [] : between.filter((i) => !numbers.has(i)));
  }));
});

test.run();
