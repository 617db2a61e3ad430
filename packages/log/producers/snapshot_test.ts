// Producer snapshots: Kafka's bytes, there and back.

import { readFileSync } from "node:fs";
import { Malformed } from "@odradek/protocol/wire/malformed";
import * as fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { goldenFiles, hasGolden, unpackGolden } from "../testing/golden.ts";
import { inTemporaryDirectory } from "../testing/temporary.ts";
import type { ProducerState } from "./producers.ts";
import { decodeSnapshot, encodeSnapshot } from "./snapshot.ts";

const test = suite("producer snapshots");

const LARGEST = 2147483647;

const STATE: ProducerState = {
  producerId: 1000,
  epoch: 3,
  batches: [{ firstSequence: 5, lastSequence: 7, firstOffset: 42, lastOffset: 44, timestamp: 99 }],
  coordinatorEpoch: 8,
  lastTimestamp: 99,
  transactionFirstOffset: 41,
};
const MARKER_ONLY: ProducerState = { ...STATE, producerId: 1001, batches: [] };

test("encodeSnapshot writes version, CRC, count and 46 bytes for each producer", () => {
  assert.is(encodeSnapshot([]).toHex(), "0001" + "48674bc7" + "00000000");
  const bytes = encodeSnapshot([STATE, MARKER_ONLY]);
  assert.is(bytes.length, 10 + 2 * 46);
  assert.is(bytes.subarray(0, 2).toHex() + bytes.subarray(6, 10).toHex(), "000100000002");
  const first = "00000000000003e8" + "0003" + "00000007" + "000000000000002c" + "00000002" +
    "0000000000000063" + "00000008" + "0000000000000029";
  assert.is(bytes.subarray(10, 56).toHex(), first);
  const second = "00000000000003e9" + "0003" + "ffffffff" + "ffffffffffffffff" + "00000000" +
    "0000000000000063" + "00000008" + "0000000000000029";
  assert.is(bytes.subarray(56).toHex(), second);
});

test("encodeSnapshot keeps the last of several batches", () => {
  const older = { firstSequence: 0, lastSequence: 4, firstOffset: 1, lastOffset: 5, timestamp: 9 };
  const both = { ...STATE, batches: [older, ...STATE.batches] };
  assert.is(encodeSnapshot([both]).toHex(), encodeSnapshot([STATE]).toHex());
});

const state: fc.Arbitrary<ProducerState> = fc.record({
  producerId: fc.nat(2 ** 40),
  epoch: fc.integer({ min: 0, max: 32767 }),
  delta: fc.nat(50),
  lastSequence: fc.oneof(fc.nat(60), fc.integer({ min: LARGEST - 60, max: LARGEST })),
  firstOffset: fc.nat(2 ** 45),
  hasBatch: fc.boolean(),
  coordinatorEpoch: fc.integer({ min: -1, max: 9 }),
  lastTimestamp: fc.integer({ min: -1, max: 2 ** 42 }),
  transactionFirstOffset: fc.integer({ min: -1, max: 2 ** 45 }),
}).map(({ delta, lastSequence, firstOffset, hasBatch, ...rest }) => {
  // Sequences go on with 0 after the largest.
  const firstSequence = (lastSequence - delta + LARGEST + 1) % (LARGEST + 1);
  const offsets = { firstOffset, lastOffset: firstOffset + delta };
  const batch = { firstSequence, lastSequence, ...offsets, timestamp: rest.lastTimestamp };
  return { ...rest, batches: hasBatch ? [batch] : [] };
});

test("decodeSnapshot gives back what encodeSnapshot took, sequences that wrap included", () => {
  fc.assert(fc.property(fc.array(state, { maxLength: 8 }), (states) => {
    assert.equal(decodeSnapshot(encodeSnapshot(states)), states);
  }));
});

test("decodeSnapshot refuses every change of a byte, and every cut", () => {
  const bytes = encodeSnapshot([STATE, MARKER_ONLY]);
  const isMalformed = (error: unknown): boolean => error instanceof Malformed;
  for (let at = 0; at < bytes.length; at++) {
    const damaged = bytes.slice();
    damaged[at] = (damaged[at] ?? 0) ^ 0x10;
    assert.throws(() => decodeSnapshot(damaged), isMalformed, `byte ${at}`);
    assert.throws(() => decodeSnapshot(bytes.subarray(0, at)), isMalformed, `${at} bytes`);
  }
});

const goldenTest = hasGolden ? test : test.skip;

goldenTest("encodeSnapshot gives back Kafka's own snapshots, byte for byte", () =>
  inTemporaryDirectory((folder) => {
    let producers = 0;
    const names = ["kafka-data-dir", "kafka-data-dir-unclean", "kafka-data-dir-torn"] as const;
    for (const name of names) {
      for (const path of goldenFiles(unpackGolden(name, folder), ".snapshot")) {
        const bytes = new Uint8Array(readFileSync(path));
        const states = decodeSnapshot(bytes);
        assert.is(encodeSnapshot(states).toHex(), bytes.toHex(), path);
        producers += states.length;
      }
    }
    assert.ok(producers > 20, `${producers} producers`);
    return Promise.resolve();
  }));

test.run();
