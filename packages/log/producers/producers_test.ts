// What a partition remembers of producers: the rules of sequences and epochs as tables, and what is
// remembered against a plain model.

import type { Batch } from "@odradek/protocol/records/batch";
import { Refusal } from "@odradek/protocol/refusal";
import * as fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { markerBatch, textBatch } from "../testing/batches.ts";
import {
  lastDataOffset,
  lastSequence,
  type ProducerState,
  ProducerStates,
  replay,
} from "./producers.ts";

const test = suite("ProducerStates");

const ID = 4000;
const LARGEST = 2147483647;

interface Shape {
  readonly id?: number;
  readonly epoch?: number;
  readonly sequence: number;
  readonly count?: number;
  readonly offset?: number;
  readonly timestamp?: number;
  readonly isTransactional?: boolean;
}

function batchOf(shape: Shape): Batch {
  const { id = ID, epoch = 0, sequence, count = 1, offset = 0, timestamp = 1000 } = shape;
  return textBatch(Array.from({ length: count }, () => "x"), {
    producerId: id,
    producerEpoch: epoch,
    baseSequence: sequence,
    baseOffset: offset,
    timestamp,
    isTransactional: shape.isTransactional ?? false,
  });
}

/** After these batches, one after another. */
function after(shapes: readonly Shape[]): ProducerStates {
  const states = new ProducerStates();
  let offset = 0;
  for (const shape of shapes) {
    const batch = batchOf({ offset, ...shape });
    states.update(batch);
    offset = batch.nextOffset;
  }
  return states;
}

/** What `check` says: where the batch stands already, "new", or the error that it refuses with. */
function verdict(states: ProducerStates, shape: Shape): number | string {
  try {
    return states.check(batchOf({ offset: 999, ...shape }))?.firstOffset ?? "new";
  } catch (error) {
    assert.instance(error, Refusal);
    return (error as Refusal).error;
  }
}

const OUT_OF_ORDER = "OUT_OF_ORDER_SEQUENCE_NUMBER";

test("ProducerStates.check goes by epoch and sequence", () => {
  const known: Shape[] = [
    { epoch: 3, sequence: 0, count: 10 },
    { epoch: 3, sequence: 10, count: 5 },
  ];
  const wrapped: Shape[] = [{ epoch: 3, sequence: LARGEST - 4, count: 5 }];
  const over: Shape[] = [{ epoch: 3, sequence: LARGEST - 4, count: 8 }];
  const table: [what: string, given: Shape[], comes: Shape, expected: number | string][] = [
    ["an unknown id may begin", [], { sequence: 0 }, "new"],
    ["an unknown id may begin anywhere", [], { sequence: 77 }, "new"],
    ["another id is unknown too", known, { id: 5, sequence: 77 }, "new"],
    ["the next sequence", known, { epoch: 3, sequence: 15 }, "new"],
    ["a sequence left out", known, { epoch: 3, sequence: 16 }, OUT_OF_ORDER],
    ["a sequence again, of another length", known, { epoch: 3, sequence: 10 }, OUT_OF_ORDER],
    ["the last batch again", known, { epoch: 3, sequence: 10, count: 5 }, 10],
    ["the one before it again", known, { epoch: 3, sequence: 0, count: 10 }, 0],
    ["an older epoch", known, { epoch: 2, sequence: 15 }, "INVALID_PRODUCER_EPOCH"],
    [
      "an older epoch, sequences known",
      known,
      { epoch: 2, sequence: 10, count: 5 },
      "INVALID_PRODUCER_EPOCH",
    ],
    ["a newer epoch begins with 0", known, { epoch: 4, sequence: 0 }, "new"],
    ["a newer epoch, sequences known", known, { epoch: 4, sequence: 0, count: 10 }, "new"],
    ["a newer epoch that goes on", known, { epoch: 4, sequence: 15 }, OUT_OF_ORDER],
    ["0 after the largest sequence", wrapped, { epoch: 3, sequence: 0 }, "new"],
    ["1 after the largest sequence", wrapped, { epoch: 3, sequence: 1 }, OUT_OF_ORDER],
    ["a batch that wraps, again", over, { epoch: 3, sequence: LARGEST - 4, count: 8 }, 0],
    ["what follows a batch that wraps", over, { epoch: 3, sequence: 3 }, "new"],
    ["what does not follow it", over, { epoch: 3, sequence: 4 }, OUT_OF_ORDER],
  ];
  for (const [what, given, comes, expected] of table) {
    assert.is(verdict(after(given), comes), expected, what);
  }
});

test("ProducerStates.check knows the last five batches again, and no more", () => {
  const shapes = Array.from({ length: 8 }, (_, i) => ({ sequence: 2 * i, count: 2 }));
  const states = after(shapes);
  const verdicts = shapes.map((shape) => verdict(states, shape));
  assert.equal(verdicts, [OUT_OF_ORDER, OUT_OF_ORDER, OUT_OF_ORDER, 6, 8, 10, 12, 14]);
});

test("ProducerStates.check tells where a repeated batch stands", () => {
  const states = after([{ sequence: 0, count: 3, offset: 50, timestamp: 77 }]);
  assert.equal(states.check(batchOf({ sequence: 0, count: 3 })), {
    firstSequence: 0,
    lastSequence: 2,
    firstOffset: 50,
    lastOffset: 52,
    timestamp: 77,
  });
});

test("ProducerStates.check lets nothing without a transaction into an open one", () => {
  const states = after([{ sequence: 0, isTransactional: true }]);
  assert.is(verdict(states, { sequence: 1 }), "INVALID_TXN_STATE");
  assert.is(verdict(states, { sequence: 1, isTransactional: true }), "new");
  states.end({ producerId: ID, epoch: 0, coordinatorEpoch: 1, offset: 1, timestamp: 1 });
  assert.is(verdict(states, { sequence: 1 }), "new");
});

test("ProducerStates.check begins anew where a marker has raised the epoch (KIP-890)", () => {
  const states = after([{ epoch: 3, sequence: 0, count: 5, isTransactional: true }]);
  states.end({ producerId: ID, epoch: 4, coordinatorEpoch: 1, offset: 5, timestamp: 1 });
  assert.is(verdict(states, { epoch: 3, sequence: 5 }), "INVALID_PRODUCER_EPOCH");
  assert.is(verdict(states, { epoch: 4, sequence: 5 }), OUT_OF_ORDER);
  assert.is(verdict(states, { epoch: 4, sequence: 0 }), "new");
});

test("ProducerStates.check goes on after a marker of the same epoch", () => {
  const states = after([{ sequence: 0, count: 5, isTransactional: true }]);
  states.end({ producerId: ID, epoch: 0, coordinatorEpoch: 1, offset: 5, timestamp: 1 });
  assert.is(verdict(states, { sequence: 5 }), "new");
  assert.is(verdict(states, { sequence: 0, count: 5 }), 0);
});

test("ProducerStates.check of an id of which only a marker is known expects 0", () => {
  const states = new ProducerStates();
  states.end({ producerId: ID, epoch: 2, coordinatorEpoch: 1, offset: 5, timestamp: 1 });
  assert.is(verdict(states, { epoch: 2, sequence: 0 }), "new");
  assert.is(verdict(states, { epoch: 2, sequence: 6 }), OUT_OF_ORDER);
});

test("ProducerStates.update keeps the last batches, times and where a transaction began", () => {
  const states = after([
    { sequence: 0, count: 2, timestamp: 50 },
    { sequence: 2, timestamp: 40, isTransactional: true },
    { sequence: 3, timestamp: 45, isTransactional: true },
  ]);
  const state = states.get(ID) as ProducerState;
  assert.is(state.batches.length, 3);
  assert.equal([lastSequence(state), lastDataOffset(state)], [3, 3]);
  assert.equal([state.lastTimestamp, state.transactionFirstOffset], [45, 2]);
  assert.is(state.coordinatorEpoch, -1);
});

test("ProducerStates.end closes the transaction and tells where it began", () => {
  const states = after([{ sequence: 0 }, { sequence: 1, isTransactional: true }]);
  const end = { producerId: ID, epoch: 0, coordinatorEpoch: 9, offset: 2, timestamp: 88 };
  assert.is(states.end(end), 1);
  assert.is(states.end({ ...end, offset: 3 }), -1, "none was open");
  const state = states.get(ID) as ProducerState;
  assert.equal([state.coordinatorEpoch, state.lastTimestamp], [9, 88]);
  assert.is(state.transactionFirstOffset, -1);
});

test("ProducerStates.firstUndecidedOffset is of the oldest open transaction", () => {
  const states = after([
    { id: 1, sequence: 0 },
    { id: 2, sequence: 0, isTransactional: true },
    { id: 3, sequence: 0, isTransactional: true },
    { id: 2, sequence: 1, isTransactional: true },
  ]);
  assert.is(states.firstUndecidedOffset(4), 1);
  states.end({ producerId: 2, epoch: 0, coordinatorEpoch: 0, offset: 4, timestamp: 0 });
  // Its marker lies at 4: it is decided for readers when the high watermark has passed that.
  assert.is(states.firstUndecidedOffset(4), 1);
  assert.is(states.firstUndecidedOffset(5), 2);
  states.end({ producerId: 3, epoch: 0, coordinatorEpoch: 0, offset: 5, timestamp: 0 });
  assert.is(states.firstUndecidedOffset(5), 2);
  assert.is(states.firstUndecidedOffset(6), Number.POSITIVE_INFINITY);
});

test("ProducerStates of a snapshot know their open transactions, oldest first", () => {
  const before = after([
    { id: 9, sequence: 0, isTransactional: true },
    { id: 1, sequence: 0, isTransactional: true },
  ]);
  const states = new ProducerStates(before.all().reverse());
  assert.is(states.firstUndecidedOffset(2), 0);
  states.end({ producerId: 9, epoch: 0, coordinatorEpoch: 0, offset: 2, timestamp: 0 });
  assert.is(states.firstUndecidedOffset(3), 1);
});

test("ProducerStates.expire forgets who was idle for so long, but no open transaction", () => {
  const states = after([
    { id: 1, sequence: 0, timestamp: 100 },
    { id: 2, sequence: 0, timestamp: 101 },
    { id: 3, sequence: 0, timestamp: 50, isTransactional: true },
    { id: 4, sequence: 0, timestamp: 500 },
  ]);
  states.expire(200, 100);
  assert.equal(states.all().map(({ producerId }) => producerId), [2, 3, 4]);
  states.expire(10_000, 100);
  assert.equal(states.all().map(({ producerId }) => producerId), [3]);
});

test("replay takes in data and markers, and passes over what has no producer", () => {
  const states = new ProducerStates();
  replay(states, textBatch(["none"]));
  replay(states, batchOf({ sequence: 0, isTransactional: true }));
  assert.is(states.get(ID)?.transactionFirstOffset, 0);
  const marker = { producerId: ID, producerEpoch: 0, baseOffset: 1, coordinatorEpoch: 6 };
  replay(states, markerBatch(marker));
  assert.equal(states.all().length, 1);
  assert.equal([states.get(ID)?.transactionFirstOffset, states.get(ID)?.coordinatorEpoch], [-1, 6]);
});

test("ProducerStates accept what comes in order, and call it known when it is repeated", () => {
  const lengths = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 30 });
  const start = fc.oneof(fc.constant(0), fc.integer({ min: LARGEST - 40, max: LARGEST }));
  fc.assert(fc.property(lengths, start, (counts, first) => {
    const states = new ProducerStates();
    const sent: Shape[] = [];
    let [sequence, offset] = [first, 0];
    for (const count of counts) {
      const shape = { sequence, count, offset };
      assert.is(verdict(states, shape), "new");
      states.update(batchOf(shape));
      sent.push(shape);
      offset += count;
      sequence = (sequence + count) % (LARGEST + 1);
    }
    for (const [i, shape] of sent.slice(-5).entries()) {
      assert.is(verdict(states, shape), sent.slice(-5)[i]?.offset);
    }
    assert.is(verdict(states, { sequence: (sequence + 1) % (LARGEST + 1) }), OUT_OF_ORDER);
  }));
});

test.run();
