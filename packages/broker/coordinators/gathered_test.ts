// Records of several calls in one batch.

import { readRecords } from "@odradek/protocol/records/record";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { text } from "../testing/world.ts";
import { Gathered, sizeOf } from "./gathered.ts";

const test = suite("coordinators/gathered");

test("Gathered.toBatch has every record with its time, also tombstones", () => {
  const gathered = new Gathered(7);
  gathered.add([{ key: text("a"), value: text("1") }, { key: text("b"), value: null }], 1000);
  gathered.add([{ key: text("c"), value: text("3") }], 1002);
  assert.equal([gathered.count, gathered.endOffset], [3, 10]);
  const records = [...readRecords(gathered.toBatch(0))];
  const decoder = new TextDecoder();
  assert.equal(
    records.map(({ key, value, timestamp }) => [
      decoder.decode(key ?? undefined),
      value && decoder.decode(value),
      timestamp,
    ]),
    [["a", "1", 1000], ["b", null, 1000], ["c", "3", 1002]],
  );
});

test("Gathered.sizeBytes is never less than what is written", () => {
  for (const length of [0, 1, 100, 20_000]) {
    const gathered = new Gathered(0);
    const records = [{ key: new Uint8Array(length), value: new Uint8Array(length) }];
    for (let i = 0; i < 5; i++) gathered.add(records, i * 1_000_000);
    assert.ok(gathered.toBatch(0).bytes.length <= gathered.sizeBytes, `${length}`);
    assert.ok(sizeOf(records) >= 2 * length);
  }
});

test.run();
