// A table of offsets against a plain map: whatever is done to it, versions included.

import { type TopicPartition, type Uuid, ZERO_UUID } from "@odradek/base";
import { Edit } from "@odradek/metadata";
import * as fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type CommittedOffset, OffsetTable } from "./offset_table.ts";

const test = suite("offset_table");

const ID = "AAAAAAAAQACAAAAAAAAAAQ" as Uuid;
const INT64 = { min: -(2n ** 63n), max: 2n ** 63n - 1n };
const place = {
  topic: fc.constantFrom("a", "b", "a 1", ""),
  partition: fc.oneof(fc.integer({ min: 0, max: 70 }), fc.integer({ min: -2147483648 })),
};
const offset: fc.Arbitrary<CommittedOffset> = fc.record({
  ...place,
  offset: fc.oneof(fc.bigInt({ min: -1n, max: 1000n }), fc.bigInt(INT64)),
  leaderEpoch: fc.integer({ min: -1, max: 100 }),
  metadata: fc.constantFrom("", "", "something"),
  committedMs: fc.nat(2 ** 41),
  expiresMs: fc.constantFrom(-1, 1_900_000_000_000),
  topicId: fc.constantFrom(ZERO_UUID, ID),
  recordOffset: fc.maxSafeNat(),
}, { noNullPrototype: true });
const step = fc.oneof(
  { weight: 4, arbitrary: offset.map((one) => ({ put: one })) },
  { weight: 1, arbitrary: offset.map((one) => ({ remove: one })) },
  { weight: 1, arbitrary: fc.boolean().map((isEdited) => ({ isEdited })) },
);

const keyOf = ({ topic, partition }: TopicPartition): string => `${topic}/${partition}`;

function sorted(all: Iterable<CommittedOffset>): CommittedOffset[] {
  return [...all].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

test("OffsetTable keeps what was put, in every version that somebody was shown", () => {
  fc.assert(fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
    let table = OffsetTable.EMPTY;
    let edit: Edit | undefined;
    const model = new Map<string, CommittedOffset>();
    const shown: [OffsetTable, CommittedOffset[]][] = [];
    for (const one of steps) {
      if ("put" in one) {
        table = table.with(one.put, edit);
        model.set(keyOf(one.put), one.put);
      } else if ("remove" in one) {
        table = table.without(one.remove);
        model.delete(keyOf(one.remove));
      } else {
        // Whoever is shown a version ends the right to change it.
        shown.push([table, sorted(model.values())]);
        edit = one.isEdited ? new Edit() : undefined;
      }
      if (edit === undefined) shown.push([table, sorted(model.values())]);
    }
    for (const [version, expected] of [...shown, [table, sorted(model.values())] as const]) {
      assert.equal(sorted(version), expected);
      assert.is(version.size, expected.length);
      for (const each of expected) {
        assert.equal(version.get(each), each);
        assert.ok(version.has(each));
      }
    }
    assert.not(table.has({ topic: "none", partition: 0 }));
    assert.is(table.get({ topic: "none", partition: 0 }), undefined);
  }));
});

test("OffsetTable.with under an edit changes in place what was made under it", () => {
  const one: CommittedOffset = {
    topic: "t",
    partition: 3,
    offset: 5n,
    leaderEpoch: 1,
    metadata: "",
    committedMs: 7,
    expiresMs: -1,
    topicId: ZERO_UUID,
    recordOffset: 0,
  };
  const edit = new Edit();
  const table = OffsetTable.EMPTY.with(one, edit);
  assert.is(table.with({ ...one, offset: 6n }, edit), table);
  assert.is(table.get(one)?.offset, 6n);
  assert.is(OffsetTable.EMPTY.size, 0);
  assert.is.not(table.with({ ...one, offset: 7n }), table);
});

test.run();
