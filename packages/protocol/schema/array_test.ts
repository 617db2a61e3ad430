// Counts: both forms, null, and what a hostile one costs.

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Malformed } from "../wire/malformed.ts";
import { Reader } from "../wire/reader.ts";
import { schema } from "./api.ts";
import { array } from "./array.ts";
import { Unsupported } from "./codec.ts";
import type { Field } from "./field.ts";
import { boolean, bytes, int32, int64, int8, string, uuid } from "./primitives.ts";
import { struct } from "./struct.ts";

const test = suite("array");
const isMalformed = (thrown: unknown): boolean => thrown instanceof Malformed;
const fromHex = (text: string): Uint8Array => Uint8Array.fromHex(text.replaceAll(" ", ""));

const Lists = schema({
  name: "Lists",
  versions: [0, 1],
  flexibleSince: 1,
  fields: { numbers: array(int8), names: array(string).nullable() },
});

test("array has an int32 count, or in flexible versions one more as uvarint", () => {
  const draft = { numbers: [1, 2], names: ["a"] };
  assert.equal(Lists.encode(draft, 0), fromHex("00000002 01 02  00000001 0001 61"));
  assert.equal(Lists.encode(draft, 1), fromHex("03 01 02  02 02 61  00"));
  assert.equal(Lists.decode(fromHex("00000002 01 02  00000001 0001 61"), 0), draft);
  assert.equal(Lists.decode(fromHex("03 01 02  02 02 61  00"), 1), draft);
});

test("array reads any negative count as null, which only nullable ones may be", () => {
  assert.is(Lists.decode(fromHex("00000000 ffffffff"), 0).names, null);
  assert.is(Lists.decode(fromHex("00000000 80000000"), 0).names, null);
  assert.is(Lists.decode(fromHex("01 00 00"), 1).names, null);
  assert.throws(() => Lists.decode(fromHex("ffffffff 00000000"), 0), isMalformed);
  assert.throws(() => Lists.decode(fromHex("80000000 00000000"), 0), isMalformed);
  assert.throws(() => Lists.decode(fromHex("00 01 00"), 1), isMalformed);
});

test("array refuses null elements, read and written", () => {
  assert.throws(() => Lists.decode(fromHex("00000000 00000001 ffff"), 0), isMalformed);
  assert.throws(() => Lists.decode(fromHex("01 02 00 00"), 1), isMalformed);
  const draft = { numbers: [], names: [null as unknown as string] };
  assert.throws(() => Lists.encode(draft, 0), (thrown: unknown) => thrown instanceof Unsupported);
});

test("array refuses a count beyond what is left before it reads an element", () => {
  const elements = [int8, int32, int64, string, bytes, uuid, boolean, array(int32)];
  for (const element of elements as readonly Field<unknown, unknown>[]) {
    for (const flexible of [false, true]) {
      let read = 0;
      const codec = array(element).type.compile({ version: 0, flexible });
      const lengths = flexible ? "ffffffff07" : "7fffffff";
      const reader = new Reader(fromHex(`${lengths} ${"01".repeat(64)}`));
      const take = reader.view.bind(reader);
      reader.view = (length) => {
        read++;
        return take(length);
      };
      assert.throws(() => codec.read(reader), isMalformed, element.type.kind);
      assert.is(read, 0);
    }
  }
});

test("array counts with the smallest encoding of its elements", () => {
  const element = struct({
    id: uuid,
    name: string,
    gone: int64.until(3),
    tagged: int64.since(4).tag(0),
    maybe: struct({ value: int64 }).nullable(),
  });
  const cases: [number, boolean, number][] = [
    [3, false, 16 + 2 + 8 + 1],
    [4, false, 16 + 2 + 1],
    [4, true, 16 + 1 + 1 + 1],
  ];
  for (const [version, flexible, bytesMin] of cases) {
    const form = { version, flexible };
    assert.is(element.type.compile(form).bytesMin, bytesMin);
    const count = flexible ? "03" : "00000002";
    const codec = array(element).type.compile(form);
    const short = new Reader(fromHex(count + "00".repeat(2 * bytesMin - 1)));
    assert.throws(() => codec.read(short), /2 elements/);
  }
});

test("array defaults to an empty one that nobody can fill", () => {
  const Late = schema({
    name: "Late",
    versions: [0, 1],
    fields: { ids: array(int8).since(1) },
  });
  const { ids } = Late.decode(new Uint8Array(0), 0);
  assert.equal(ids, []);
  assert.throws(() => ids.push(1), (thrown: unknown) => thrown instanceof TypeError);
});

test.run();
