// Which batches a consumer sees, for the cases that KIP-98 tells apart.

import { Batch } from "@odradek/protocol/records/batch";
import { buildBatch } from "@odradek/protocol/records/builder";
import { encodeControlRecord } from "@odradek/protocol/schemas/control/mod";
import { encodeText } from "@odradek/protocol/wire/writer";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { visibleBatches } from "./committed.ts";

const test = suite("committed");

/** `a1`: data of producer 1 in a transaction; `p`: plain; `C1`, `X1`: its commit and abort. */
function logOf(...entries: readonly string[]): Batch[] {
  return entries.map((entry, baseOffset) => {
    const producerId = Number(entry[1] ?? -1);
    const isControl = /^[CX]/.test(entry);
    const type = entry.startsWith("C") ? "COMMIT" : "ABORT";
    const record = isControl
      ? encodeControlRecord({ type, coordinatorEpoch: 0 })
      : { value: encodeText(entry) };
    const isTransactional = entry !== "p";
    return new Batch(buildBatch([record], { baseOffset, producerId, isControl, isTransactional }));
  });
}

function seen(batches: readonly Batch[], aborted: readonly [number, number][]): number[] {
  const transactions = aborted.map(([producerId, firstOffset]) => ({
    producerId: BigInt(producerId),
    firstOffset: BigInt(firstOffset),
  }));
  return [...visibleBatches(batches, transactions)].map(({ baseOffset }) => baseOffset);
}

test("visibleBatches leaves out control batches, whoever reads", () => {
  assert.equal(seen(logOf("p", "a1", "C1", "p"), []), [0, 1, 3]);
});

test("visibleBatches leaves out a producer's batches up to its abort marker", () => {
  assert.equal(seen(logOf("a1", "p", "a1", "X1", "a1", "C1"), [[1, 0]]), [1, 4]);
});

test("visibleBatches tells interleaved transactions apart", () => {
  assert.equal(seen(logOf("a1", "a2", "a1", "X1", "a2", "C2"), [[1, 0]]), [1, 4]);
});

test("visibleBatches takes up several aborted transactions of one producer", () => {
  const log = logOf("a1", "X1", "a1", "C1", "a1", "X1", "p");
  assert.equal(seen(log, [[1, 4], [1, 0]]), [2, 6]);
});

test("visibleBatches knows a transaction that began before the first batch", () => {
  assert.equal(seen(logOf("a3", "p", "X3"), [[3, -20]]), [1]);
});

test.run();
