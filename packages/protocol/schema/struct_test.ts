// What stands in which version: ranges, defaults, null, tagged fields.

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Malformed } from "../wire/malformed.ts";
import { type DraftOf, schema } from "./api.ts";
import { array } from "./array.ts";
import { Unsupported } from "./codec.ts";
import { boolean, bytes, int16, int32, int64, int8, string, uuid } from "./primitives.ts";
import { struct } from "./struct.ts";

const test = suite("struct");
const isMalformed = (thrown: unknown): boolean => thrown instanceof Malformed;
const isUnsupported = (thrown: unknown): boolean => thrown instanceof Unsupported;
const fromHex = (text: string): Uint8Array => Uint8Array.fromHex(text.replaceAll(" ", ""));

const Ranged = schema({
  name: "Ranged",
  versions: [1, 4],
  fields: {
    first: int16,
    early: int8.until(2).default(7),
    late: int8.since(3).default(9),
    middle: int8.since(2).until(3).ignorable(),
  },
});

test("Schema.encode writes the fields of the version, in order", () => {
  const cases: [number, object, string][] = [
    [1, {}, "0001 07"],
    [2, { early: 2, middle: 3 }, "0001 02 03"],
    [3, { middle: 3 }, "0001 09 03"],
    [4, { late: 8 }, "0001 08"],
  ];
  for (const [version, more, hex] of cases) {
    assert.equal(Ranged.encode({ first: 1, ...more }, version), fromHex(hex), `${version}`);
  }
});

test("Schema.decode gives absent fields their default, in the order of the shape", () => {
  assert.equal(Ranged.decode(fromHex("0001 02"), 1), { first: 1, early: 2, late: 9, middle: 0 });
  assert.equal(Ranged.decode(fromHex("0001 02"), 4), { first: 1, early: 7, late: 2, middle: 0 });
  const keys = Object.keys(Ranged.decode(fromHex("0001 02 03"), 3));
  assert.equal(keys, ["first", "early", "late", "middle"]);
});

test("Schema.encode refuses a value that the version cannot carry, unless ignorable", () => {
  assert.throws(() => Ranged.encode({ first: 1, late: 1 }, 1), isUnsupported);
  assert.throws(() => Ranged.encode({ first: 1, early: 1 }, 4), isUnsupported);
  assert.equal(Ranged.encode({ first: 1, late: 9 }, 1), fromHex("0001 07"));
  assert.equal(Ranged.encode({ first: 1, middle: 5 }, 1), fromHex("0001 07"));
});

test("Schema.codec asserts that the version is one of its own", () => {
  assert.throws(() => Ranged.codec(0), /no such version/);
  assert.throws(() => Ranged.codec(5), /no such version/);
});

test("Schema.decode ignores what follows the message, and refuses one that ends early", () => {
  assert.is(Ranged.decode(fromHex("0001 02 ffff"), 1).early, 2);
  assert.throws(() => Ranged.decode(fromHex("0001"), 1), isMalformed);
});

const Nullable = schema({
  name: "Nullable",
  versions: [0, 3],
  flexibleSince: 2,
  fields: {
    name: string.nullable(1, 2),
    blob: bytes.nullable().default(null),
    list: array(int8).nullable(1),
    inner: struct({ value: int8 }).nullable(1).default(null),
  },
});

test("Schema.encode writes null where the version allows it", () => {
  const nulls = { name: null, blob: null, list: null, inner: null };
  assert.equal(Nullable.encode(nulls, 1), fromHex("ffff ffffffff ffffffff ff"));
  assert.equal(Nullable.encode(nulls, 2), fromHex("00 00 00 ff 00"));
  assert.throws(() => Nullable.encode(nulls, 0), isUnsupported);
  assert.throws(() => Nullable.encode(nulls, 3), isUnsupported);
});

test("Schema.encode says that a nullable struct is there", () => {
  const draft = { name: "", list: [], inner: { value: 5 } };
  assert.equal(Nullable.encode(draft, 0), fromHex("0000 ffffffff 00000000 05"));
  assert.equal(Nullable.encode(draft, 1), fromHex("0000 ffffffff 00000000 01 05"));
  assert.equal(Nullable.encode(draft, 2), fromHex("01 00 01 01 05 00 00"));
});

test("Schema.decode reads null where the version allows it, and refuses it elsewhere", () => {
  const nulls = { name: null, blob: null, list: null, inner: null };
  assert.equal(Nullable.decode(fromHex("ffff ffffffff ffffffff ff"), 1), nulls);
  assert.equal(Nullable.decode(fromHex("00 00 00 ff 00"), 2), nulls);
  assert.throws(() => Nullable.decode(fromHex("ffff ffffffff 00000000 05"), 0), isMalformed);
  assert.throws(() => Nullable.decode(fromHex("00 00 01 01 05 00 00"), 3), isMalformed);
  assert.throws(() => Nullable.decode(fromHex("0000 ffffffff ffffffff 05"), 0), isMalformed);
});

test("Schema.decode takes a nullable struct for present unless the byte is negative", () => {
  const message = Nullable.decode(fromHex("0000 ffffffff 00000000 00 05"), 1);
  assert.equal(message.inner, { value: 5 });
});

const Tagged = schema({
  name: "Tagged",
  versions: [0, 2],
  flexibleSince: 1,
  fields: {
    plain: int8,
    second: int32.since(1).default(-1).tag(5),
    first: string.since(1).nullable().default(null).tag(2).ignorable(),
    later: array(int16).since(2).tag(7),
    inner: struct({ id: int64.default(-1n), flag: boolean }).since(1).tag(9),
    maybe: struct({ id: int8 }).since(2).nullable().default(null).tag(10),
    topicId: uuid.since(1).tag(11),
  },
});
const DEFAULTS = {
  plain: 1,
  second: -1,
  first: null,
  later: [],
  inner: { id: -1n, flag: false },
  maybe: null,
  topicId: "AAAAAAAAAAAAAAAAAAAAAA",
};

test("Schema.encode leaves tagged fields out that are at their default", () => {
  assert.equal(Tagged.encode({ plain: 1 }, 1), fromHex("01 00"));
  assert.equal(Tagged.encode(DEFAULTS as never, 2), fromHex("01 00"));
  assert.equal(Tagged.encode({ plain: 1, inner: { flag: false } }, 2), fromHex("01 00"));
});

test("Schema.encode writes tagged fields by their tags, each with its size", () => {
  const draft = { plain: 1, second: 3, first: "a", later: [4] };
  const bytes = Tagged.encode(draft, 2);
  assert.equal(bytes, fromHex("01 03  02 02 0261  05 04 00000003  07 03 020004"));
});

test("Schema.encode writes structs in tagged fields with tagged fields of their own", () => {
  const bytes = Tagged.encode({ plain: 1, inner: { flag: true }, maybe: { id: 3 } }, 2);
  assert.equal(bytes, fromHex("01 02  09 0a ffffffffffffffff 01 00  0a 03 01 03 00"));
  const { inner, maybe } = Tagged.decode(bytes, 2);
  assert.equal([inner, maybe], [{ id: -1n, flag: true }, { id: 3 }]);
});

test("Schema.encode refuses tagged values in versions without them, unless ignorable", () => {
  assert.throws(() => Tagged.encode({ plain: 1, second: 3 }, 0), isUnsupported);
  assert.throws(() => Tagged.encode({ plain: 1, later: [4] }, 1), isUnsupported);
  assert.equal(Tagged.encode({ plain: 1, first: "a" }, 0), fromHex("01"));
});

test("Schema.decode gives absent tagged fields their default", () => {
  assert.equal(Tagged.decode(fromHex("01 00"), 2), DEFAULTS as never);
  assert.equal(Tagged.decode(fromHex("01"), 0), DEFAULTS as never);
});

test("Schema.decode takes tags in any order and repeated, and passes over unknown ones", () => {
  const known = { ...DEFAULTS, second: 4, first: "a" };
  const cases = [
    "01 02  05 04 00000004  02 02 0261",
    "01 05  63 00  02 02 0261  63 03 ffffff  05 04 00000004  63 00",
    "01 03  05 04 00000003  02 02 0261  05 04 00000004",
    "01 04  07 01 01  ffffffff0f 01 ff  02 02 0261  05 04 00000004",
  ];
  for (const hex of cases) assert.equal(Tagged.decode(fromHex(hex), 2), known as never, hex);
});

test("Schema.decode passes over the tag of a field that the version does not have", () => {
  assert.equal(Tagged.decode(fromHex("01 01  07 03 020004"), 1).later, []);
});

test("Schema.decode refuses broken tagged fields", () => {
  const cases = [
    "01", // no count
    "01 01", // no tag
    "01 01 63 05 0000", // longer than what is left
    "01 01 05 03 000003", // shorter than its type
    "01 01 05 05 0000000300", // longer than its type
    "01 01 63 ffffffff0f", // a size beyond 2^31
    "01 ffffffff0f", // as many fields
  ];
  for (const hex of cases) assert.throws(() => Tagged.decode(fromHex(hex), 2), isMalformed, hex);
});

const Nested = schema({
  name: "Nested",
  versions: [0, 1],
  flexibleSince: 1,
  fields: { topics: array({ name: string, ids: array(int8), rack: string.since(1).tag(0) }) },
});

test("Schema.encode ends every struct of a flexible version with its tagged fields", () => {
  const draft = { topics: [{ name: "a", ids: [1] }, { name: "b", ids: [], rack: "r" }] };
  const flexible = fromHex("03  0261 02 01 00  0262 01 01 00 02 0272  00");
  assert.equal(Nested.encode(draft, 1), flexible);
  assert.equal(Nested.decode(flexible, 1).topics[1], { name: "b", ids: [], rack: "r" });
  assert.throws(() => Nested.encode(draft, 0), isUnsupported);
});

test("Schema.encode writes zero for what a draft should have, but lacks", () => {
  // @ts-expect-error plain has no default of its own
  const incomplete: DraftOf<typeof Tagged> = {};
  assert.equal(Tagged.encode(incomplete, 1), fromHex("00 00"));
});

test("Schema.decode yields types that know where null may be", () => {
  const { name } = Nullable.decode(fromHex("00 00 00 ff 00"), 2);
  // @ts-expect-error it may be null
  assert.throws(() => name.length, (thrown: unknown) => thrown instanceof TypeError);
});

test.run();
