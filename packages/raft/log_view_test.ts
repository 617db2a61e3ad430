// Tables of bounds and epochs, and a property against a plain list of epochs.

import { epoch, offset } from "@odradek/base";
import * as fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { EMPTY_LOG, isUpToDate, logBehind, type LogPrefix, LogView } from "./log_view.ts";

const test = suite("log view");

function view(startOffset: number, endOffset: number, ...epochs: [number, number][]): LogView {
  return new LogView({
    startOffset: offset(startOffset),
    endOffset: offset(endOffset),
    epochs: epochs.map(([of, start]) => ({ epoch: epoch(of), startOffset: offset(start) })),
  });
}

function prefix(of: number, endOffset: number): LogPrefix {
  return { epoch: epoch(of), endOffset: offset(endOffset) };
}

/** Epoch 1 is 0..2, epoch 4 is 3..6, epoch 5 is 7..9. */
const log = view(0, 10, [1, 0], [4, 3], [5, 7]);

test("LogView.lastEpoch is the last record's, the snapshot's before it, or 0", () => {
  assert.is(log.lastEpoch, 5);
  assert.is(view(100, 100, [6, 100]).lastEpoch, 6);
  assert.is(EMPTY_LOG.lastEpoch, 0);
});

test("LogView.endOffsetFor finds the greatest epoch not above, and its end", () => {
  const behindSnapshot = view(100, 105, [6, 100], [8, 100]);
  const table: [log: LogView, asked: number, expected: LogPrefix | undefined][] = [
    [log, 0, prefix(0, 0)],
    [log, 1, prefix(1, 3)],
    [log, 2, prefix(1, 3)],
    [log, 3, prefix(1, 3)],
    [log, 4, prefix(4, 7)],
    [log, 5, prefix(5, 10)],
    [log, 6, undefined],
    [behindSnapshot, 5, prefix(5, 100)],
    [behindSnapshot, 6, prefix(6, 100)],
    [behindSnapshot, 7, prefix(6, 100)],
    [behindSnapshot, 8, prefix(8, 105)],
    [EMPTY_LOG, 0, prefix(0, 0)],
    [EMPTY_LOG, 1, undefined],
  ];
  for (const [given, asked, expected] of table) {
    assert.equal(given.endOffsetFor(epoch(asked)), expected, `epoch ${asked}`);
  }
});

test("LogView.holds tells whether the log begins with a prefix", () => {
  const table: [log: LogView, of: number, endOffset: number, expected: boolean][] = [
    [log, 1, 0, false],
    [log, 1, 1, true],
    [log, 1, 3, true],
    [log, 1, 4, false],
    [log, 4, 3, false],
    [log, 4, 4, true],
    [log, 5, 10, true],
    [log, 5, 11, false],
    [log, 6, 10, false],
    [view(100, 105, [6, 100], [8, 100]), 8, 101, true],
    [view(100, 105, [6, 100], [8, 100]), 6, 101, false],
    [view(100, 105, [8, 90]), 8, 100, false],
    [EMPTY_LOG, 0, 0, false],
  ];
  for (const [given, of, endOffset, expected] of table) {
    assert.is(given.holds(prefix(of, endOffset)), expected, `${endOffset} of epoch ${of}`);
  }
});

test("LogView.append goes on in the same or a later epoch", () => {
  assert.equal(log.append(prefix(5, 12)), view(0, 12, [1, 0], [4, 3], [5, 7]));
  assert.equal(log.append(prefix(9, 12)), view(0, 12, [1, 0], [4, 3], [5, 7], [9, 10]));
  assert.equal(EMPTY_LOG.append(prefix(1, 1)), view(0, 1, [1, 0]));
  assert.is(log.endOffset, 10, "the view itself stays");
  assert.throws(() => log.append(prefix(5, 10)), /longer/);
  assert.throws(() => log.append(prefix(4, 11)), /ascend/);
});

test("LogView.truncate cuts off records, and the epochs that end up without any", () => {
  const table: [given: LogView, end: number, expected: LogView][] = [
    [log, 9, view(0, 9, [1, 0], [4, 3], [5, 7])],
    [log, 8, view(0, 8, [1, 0], [4, 3], [5, 7])],
    [log, 7, view(0, 7, [1, 0], [4, 3])],
    [log, 3, view(0, 3, [1, 0])],
    [log, 0, view(0, 0)],
    // Behind a snapshot of 100 records its epoch stays, with or without records of its own.
    [view(100, 105, [6, 100], [8, 100]), 100, view(100, 100, [6, 100])],
    [view(100, 105, [6, 90], [8, 102]), 101, view(100, 101, [6, 90])],
    [view(100, 105, [6, 90], [8, 102]), 100, view(100, 100, [6, 90])],
  ];
  for (const [given, end, expected] of table) {
    assert.equal(given.truncate(offset(end)), expected, `end ${end}`);
  }
  assert.is(log.truncate(offset(10)), log, "nothing is cut off");
  assert.is(log.truncate(offset(99)), log);
  assert.is(log.endOffset, 10, "the view itself stays");
  const behind = view(100, 105, [6, 100]);
  assert.throws(() => behind.truncate(offset(99)), /not cut back behind its start/);
});

test("LogView.advanceStart keeps the epoch of the last record below the new start", () => {
  const table: [start: number, expected: LogView][] = [
    [1, view(1, 10, [1, 0], [4, 3], [5, 7])],
    [3, view(3, 10, [1, 0], [4, 3], [5, 7])],
    [4, view(4, 10, [4, 3], [5, 7])],
    [7, view(7, 10, [4, 3], [5, 7])],
    [8, view(8, 10, [5, 7])],
    [10, view(10, 10, [5, 7])],
  ];
  for (const [start, expected] of table) {
    const after = log.advanceStart(offset(start));
    assert.equal(after, expected, `start ${start}`);
    assert.is(after.lastEpoch, log.lastEpoch);
  }
  assert.is(log.advanceStart(offset(0)), log, "a start never goes back");
  assert.throws(() => log.advanceStart(offset(11)), /starts before it ends/);
});

test("logBehind is empty, and goes on from the snapshot's epoch", () => {
  const behind = logBehind(prefix(6, 100));
  assert.equal(behind, view(100, 100, [6, 100]));
  assert.is(behind.lastEpoch, 6);
  assert.equal(behind.append(prefix(6, 102)), view(100, 102, [6, 100]));
  assert.equal(behind.append(prefix(8, 102)), view(100, 102, [6, 100], [8, 100]));
});

test("isUpToDate compares the last epoch first, then the end (Raft §5.4.1)", () => {
  const table: [log: LogPrefix, other: LogPrefix, expected: boolean][] = [
    [prefix(3, 5), prefix(3, 5), true],
    [prefix(3, 6), prefix(3, 5), true],
    [prefix(3, 4), prefix(3, 5), false],
    [prefix(4, 1), prefix(3, 5), true],
    [prefix(2, 9), prefix(3, 5), false],
    [prefix(0, 0), prefix(0, 0), true],
  ];
  for (const [one, other, expected] of table) assert.is(isUpToDate(one, other), expected);
});

test("LogView refuses bounds that no log can have", () => {
  assert.throws(() => view(5, 4), /before it ends/);
  assert.throws(() => view(0, 4), /has an epoch/);
  assert.throws(() => view(0, 4, [1, 1]), /has an epoch/);
  assert.throws(() => view(0, 4, [1, 0], [2, 5]), /ascend/);
  assert.throws(() => view(0, 4, [2, 0], [2, 1]), /ascend/);
  assert.throws(() => view(0, 4, [1, 0], [2, 3], [3, 2]), /ascend/);
});

test("LogView answers as a list of the records' epochs would", () => {
  const runs = fc.array(fc.tuple(fc.integer({ min: 0, max: 2 }), fc.integer({ min: 1, max: 4 })));
  fc.assert(fc.property(runs, fc.nat(12), fc.nat(40), (given, asked, end) => {
    const epochs: number[] = [];
    let built = EMPTY_LOG;
    for (const [skip, count] of given) {
      const of = Math.max(epochs.at(-1) ?? 0, 1) + skip;
      epochs.push(...Array.from({ length: count }, () => of));
      built = built.append(prefix(of, epochs.length));
    }
    assert.is(built.lastEpoch, epochs.at(-1) ?? 0);
    assert.is(built.holds(prefix(asked, end)), end > 0 && epochs[end - 1] === asked);
    const below = epochs.filter((of) => of <= asked);
    const found = prefix(below.at(-1) ?? asked, below.length);
    const isKnown = asked <= (epochs.at(-1) ?? 0);
    assert.equal(built.endOffsetFor(epoch(asked)), isKnown ? found : undefined);
  }));
});

test.run();
