// What is a transaction marker, and what only looks like one.

import { Batch } from "@odradek/protocol/records/batch";
import { buildBatch } from "@odradek/protocol/records/builder";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { markerBatch, textBatch } from "../testing/batches.ts";
import { readMarker } from "./markers.ts";

const test = suite("readMarker");

const PRODUCER = { producerId: 7, producerEpoch: 3 };

test("readMarker reads commits and aborts", () => {
  for (const isCommit of [true, false]) {
    const batch = markerBatch({
      ...PRODUCER,
      isCommit,
      coordinatorEpoch: 12,
      baseOffset: 90,
      timestamp: 555,
    });
    assert.equal(readMarker(batch), {
      producerId: 7,
      epoch: 3,
      coordinatorEpoch: 12,
      offset: 90,
      timestamp: 555,
      isCommit,
    });
  }
});

function control(key: string | null, value: string | null): Batch {
  const bytes = (hex: string | null): Uint8Array | null =>
    hex === null ? null : Uint8Array.fromHex(hex);
  const record = { key: bytes(key), value: bytes(value) };
  return new Batch(buildBatch([record], { ...PRODUCER, isControl: true }));
}

test("readMarker of anything else is undefined", () => {
  const table: [what: string, batch: Batch][] = [
    ["data", textBatch(["x"], PRODUCER)],
    ["a marker of no producer", markerBatch()],
    ["a leader change", control("00000002", "000000000000")],
    ["a type to come", control("00000009", "000000000000")],
    ["no key", control(null, "000000000000")],
    ["no value", control("00000001", null)],
    ["no record", new Batch(buildBatch([], { ...PRODUCER, isControl: true }))],
  ];
  for (const [what, batch] of table) assert.is(readMarker(batch), undefined, what);
});

test("readMarker reads values of versions to come as far as it knows them", () => {
  assert.is(readMarker(control("00000001", "00050000000cffff"))?.coordinatorEpoch, 12);
});

test.run();
