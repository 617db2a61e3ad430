// An entry that Kafka wrote.

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { decodeVersioned, encodeVersioned } from "../versioned.ts";
import { AbortedTxn } from "./aborted_txn.ts";

const test = suite("AbortedTxn");

test("AbortedTxn reads an entry of Kafka's, of 34 bytes", () => {
  const entry = Uint8Array.fromHex(
    "00000000000000000006000000000000001000000000000000110000000000000012",
  );
  assert.is(entry.length, 34);
  const { version, message } = decodeVersioned(AbortedTxn, entry);
  assert.equal(message, {
    producerId: 6n,
    firstOffset: 16n,
    lastOffset: 17n,
    lastStableOffset: 18n,
  });
  assert.equal(encodeVersioned(AbortedTxn, message, version), entry);
});

test.run();
