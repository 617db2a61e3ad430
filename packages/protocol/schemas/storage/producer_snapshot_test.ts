// A file that Kafka wrote.

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { crc32c } from "../../wire/crc32c.ts";
import { decodeVersioned, encodeVersioned } from "../versioned.ts";
import { ProducerSnapshot } from "./producer_snapshot.ts";

const test = suite("ProducerSnapshot");

/** A producer that has ended transactions only, and one with an open transaction. */
const SNAPSHOT = Uint8Array.fromHex(
  "000141e6f3c000000002" +
    "0000000000000006000fffffffffffffffffffffffff00000000000001a202a6ddff00000002ffffffffffffffff" +
    "00000000000003ea000000000000000000000000001600000000000001a202a6df83ffffffff0000000000000016",
);

test("ProducerSnapshot reads a file of Kafka's and writes it again", () => {
  const { version, message } = decodeVersioned(ProducerSnapshot, SNAPSHOT);
  assert.is(version, 1);
  assert.is(message.crc, crc32c(SNAPSHOT.subarray(6)));
  assert.equal(message.producerEntries.map((entry) => entry.lastSequence), [-1, 0]);
  assert.equal(message.producerEntries[1], {
    producerId: 1002n,
    epoch: 0,
    lastSequence: 0,
    lastOffset: 22n,
    offsetDelta: 0,
    timestamp: 1795340820355n,
    coordinatorEpoch: -1,
    currentTxnFirstOffset: 22n,
  });
  assert.equal(encodeVersioned(ProducerSnapshot, message, version), SNAPSHOT);
});

test.run();
