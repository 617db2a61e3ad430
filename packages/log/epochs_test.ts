// Leader epochs: which offset belongs to which, and where each ended.

import * as fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { LeaderEpochs, truncationFor } from "./epochs.ts";

const test = suite("LeaderEpochs");

type Pairs = readonly (readonly [epoch: number, startOffset: number])[];

const epochsOf = (pairs: Pairs): LeaderEpochs =>
  new LeaderEpochs(pairs.map(([epoch, startOffset]) => ({ epoch, startOffset })));

const pairsOf = (epochs: LeaderEpochs): number[][] =>
  epochs.entries.map(({ epoch, startOffset }) => [epoch, startOffset]);

const SOME: Pairs = [[0, 0], [2, 10], [5, 30]];

test("LeaderEpochs.assign takes what is newer, forgets epochs without records", () => {
  const table: [epoch: number, startOffset: number, isNew: boolean, expected: Pairs][] = [
    [6, 40, true, [...SOME, [6, 40]]],
    [9, 30, true, [[0, 0], [2, 10], [9, 30]]],
    [9, 10, true, [[0, 0], [9, 10]]],
    [9, 0, true, [[9, 0]]],
    [5, 40, false, SOME],
    [4, 40, false, SOME],
    [-1, 40, false, SOME],
    // Of an epoch before one in which nothing was written.
    [2, 30, true, [[0, 0], [2, 10]]],
    [4, 30, true, [[0, 0], [2, 10], [4, 30]]],
    [0, 10, true, [[0, 0]]],
  ];
  for (const [epoch, startOffset, isNew, expected] of table) {
    const epochs = epochsOf(SOME);
    assert.is(epochs.assign(epoch, startOffset), isNew, `${epoch} at ${startOffset}`);
    assert.equal(pairsOf(epochs), expected);
  }
  const first = new LeaderEpochs();
  assert.ok(first.assign(0, 0));
  assert.equal(pairsOf(first), [[0, 0]]);
});

test("LeaderEpochs.endOffsetFor is where an epoch ended (KIP-101, KIP-279)", () => {
  const table: [asked: number, epoch: number, endOffset: number][] = [
    [5, 5, 50],
    [6, -1, -1],
    [4, 2, 30],
    [3, 2, 30],
    [2, 2, 30],
    [1, 0, 10],
    [0, 0, 10],
    [-1, -1, -1],
  ];
  for (const [asked, epoch, endOffset] of table) {
    assert.equal(epochsOf(SOME).endOffsetFor(asked, 50), { epoch, endOffset }, `${asked}`);
  }
  assert.equal(new LeaderEpochs().endOffsetFor(3, 50), { epoch: -1, endOffset: -1 });
  const late = epochsOf([[4, 20], [6, 30]]);
  assert.equal(late.endOffsetFor(1, 50), { epoch: 1, endOffset: 20 }, "before all that are known");
});

test("LeaderEpochs.epochAt is of the record at an offset", () => {
  const epochs = epochsOf([[1, 5], [3, 10]]);
  const table: [offset: number, epoch: number][] =
    [[0, -1], [4, -1], [5, 1], [9, 1], [10, 3], [99, 3]];
  for (const [offset, epoch] of table) assert.is(epochs.epochAt(offset), epoch, `${offset}`);
  assert.is(new LeaderEpochs().latest, -1);
  assert.is(epochs.latest, 3);
});

test("LeaderEpochs.truncateFromEnd drops what begins at the end or behind it", () => {
  const table: [endOffset: number, hasChanged: boolean, expected: Pairs][] = [
    [31, false, SOME],
    [30, true, [[0, 0], [2, 10]]],
    [11, true, [[0, 0], [2, 10]]],
    [10, true, [[0, 0]]],
    [0, true, []],
  ];
  for (const [endOffset, hasChanged, expected] of table) {
    const epochs = epochsOf(SOME);
    assert.is(epochs.truncateFromEnd(endOffset), hasChanged, `${endOffset}`);
    assert.equal(pairsOf(epochs), expected);
  }
});

test("LeaderEpochs.truncateFromStart lets the epoch of the new start begin there", () => {
  const table: [startOffset: number, hasChanged: boolean, expected: Pairs][] = [
    [0, false, SOME],
    [5, true, [[0, 5], [2, 10], [5, 30]]],
    [10, true, [[2, 10], [5, 30]]],
    [29, true, [[2, 29], [5, 30]]],
    [30, true, [[5, 30]]],
    [77, true, [[5, 77]]],
  ];
  for (const [startOffset, hasChanged, expected] of table) {
    const epochs = epochsOf(SOME);
    assert.is(epochs.truncateFromStart(startOffset), hasChanged, `${startOffset}`);
    assert.equal(pairsOf(epochs), expected);
    assert.not(epochs.truncateFromStart(startOffset), "once more changes nothing");
  }
  assert.not(epochsOf([[4, 20]]).truncateFromStart(10), "older than all that are known");
});

// [the leader's answer, to which offset, agreed], for a log of SOME that ends at 40.
const TRUNCATIONS: readonly [leader: [number, number], offset: number, isAgreed: boolean][] = [
  [[5, 35], 35, true],
  [[5, 99], 40, true],
  [[2, 25], 25, true],
  [[2, 33], 30, true],
  [[0, 10], 10, true],
  [[4, 33], 30, false],
  [[1, 8], 10, false],
  [[9, 20], 20, true],
  [[-1, 12], 12, true],
];

for (const [[epoch, endOffset], offset, isAgreed] of TRUNCATIONS) {
  test(`truncationFor epoch ${epoch} that ended at ${endOffset} is ${offset}`, () => {
    const own = { epochs: epochsOf(SOME), endOffset: 40 };
    assert.equal(truncationFor({ epoch, endOffset }, own), { offset, isAgreed });
  });
}

test("truncationFor a log without epochs is what the leader says", () => {
  const own = { epochs: new LeaderEpochs(), endOffset: 40 };
  assert.equal(truncationFor({ epoch: 3, endOffset: 7 }, own), { offset: 7, isAgreed: true });
});

test("LeaderEpochs tell of every offset the epoch in which it was written", () => {
  const leaders = fc.array(fc.tuple(fc.nat(3), fc.nat(4)), { maxLength: 20 });
  const cuts = fc.tuple(fc.nat(80), fc.nat(80));
  fc.assert(fc.property(leaders, cuts, (terms, [from, to]) => {
    const epochs = new LeaderEpochs();
    const written: number[] = [];
    let epoch = 0;
    for (const [step, count] of terms) {
      epoch += step;
      epochs.assign(epoch, written.length);
      for (let i = 0; i < count; i++) written.push(epoch);
    }
    const end = Math.min(to, written.length);
    const start = Math.min(from, end);
    epochs.truncateFromEnd(end);
    epochs.truncateFromStart(start);
    for (let offset = start; offset < end; offset++) {
      assert.is(epochs.epochAt(offset), written[offset]);
    }
    for (const each of new Set(written.slice(start, end))) {
      const last = written.slice(0, end).lastIndexOf(each);
      assert.equal(epochs.endOffsetFor(each, end), { epoch: each, endOffset: last + 1 });
    }
  }));
});

test.run();
