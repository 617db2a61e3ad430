// Strings, bytes and records in both forms, and the fixed sizes.

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Malformed } from "../wire/malformed.ts";
import { Reader } from "../wire/reader.ts";
import { Writer } from "../wire/writer.ts";
import { schema } from "./api.ts";
import { type Form, Unsupported } from "./codec.ts";
import type { Field } from "./field.ts";
import { boolean, bytes, float64, int64, records, string, uint16, uuid } from "./primitives.ts";

const test = suite("primitives");
const CLASSIC: Form = { version: 0, flexible: false };
const FLEXIBLE: Form = { version: 0, flexible: true };

function encode<W>(field: Field<unknown, W>, value: W, form: Form): string {
  const writer = new Writer();
  field.type.compile(form).write(writer, value);
  return writer.finishWhole().toHex();
}

function decode<R>(field: Field<R, never>, hex: string, form: Form): R {
  return field.type.compile(form).read(new Reader(Uint8Array.fromHex(hex)));
}

test("string has an int16 length, or in flexible versions one more as uvarint", () => {
  const long = "é".repeat(64);
  const utf8 = "c3a9".repeat(64);
  const cases: [string, Form, string][] = [
    ["", CLASSIC, "0000"],
    ["", FLEXIBLE, "01"],
    ["ab", CLASSIC, "00026162"],
    ["ab", FLEXIBLE, "036162"],
    [long, CLASSIC, `0080${utf8}`],
    [long, FLEXIBLE, `8101${utf8}`],
  ];
  for (const [text, form, hex] of cases) {
    assert.is(encode(string, text, form), hex);
    assert.is(decode(string, hex, form), text);
  }
});

test("bytes and records have an int32 length, or in flexible versions one more as uvarint", () => {
  const cases: [Uint8Array, Form, string][] = [
    [new Uint8Array(0), CLASSIC, "00000000"],
    [new Uint8Array(0), FLEXIBLE, "01"],
    [Uint8Array.of(1, 2), CLASSIC, "000000020102"],
    [Uint8Array.of(1, 2), FLEXIBLE, "030102"],
  ];
  for (const [value, form, hex] of cases) {
    for (const field of [bytes, records]) {
      assert.is(encode(field, value, form), hex);
      assert.equal(decode(field, hex, form), value);
    }
  }
});

test("string and its like read and write null as a length of -1 or 0", () => {
  for (const field of [string, bytes, records]) {
    const classic = field === string ? "ffff" : "ffffffff";
    assert.is(encode(field as Field<unknown, unknown>, null, CLASSIC), classic);
    assert.is(encode(field as Field<unknown, unknown>, null, FLEXIBLE), "00");
    assert.is(decode(field as Field<unknown, never>, classic, CLASSIC), null);
    assert.is(decode(field as Field<unknown, never>, "00", FLEXIBLE), null);
  }
});

test("string and its like refuse a length beyond what is left", () => {
  const isMalformed = (thrown: unknown): boolean => thrown instanceof Malformed;
  for (const [field, hex, form] of [
    [string, "000361", CLASSIC],
    [string, "0361", FLEXIBLE],
    [bytes, "7fffffff00", CLASSIC],
    [bytes, "ffffffff0700", FLEXIBLE],
    [records, "0000000200", CLASSIC],
  ] as const) {
    assert.throws(() => decode(field as Field<unknown, never>, hex, form), isMalformed);
  }
});

test("string is at most 32767 bytes long, in both forms", () => {
  const isUnsupported = (thrown: unknown): boolean => thrown instanceof Unsupported;
  for (const form of [CLASSIC, FLEXIBLE]) {
    const most = encode(string, "a".repeat(32767), form);
    assert.is(decode(string, most, form).length, 32767);
    assert.throws(() => encode(string, "a".repeat(32768), form), isUnsupported);
    assert.throws(() => encode(string, "é".repeat(16384), form), isUnsupported);
  }
  assert.throws(
    () => decode(string, `818002${"61".repeat(32768)}`, FLEXIBLE),
    (thrown: unknown) => thrown instanceof Malformed,
  );
});

test("records takes parts and writes them without a copy", () => {
  const parts = [Uint8Array.of(1, 2), Uint8Array.of(3)];
  const writer = new Writer();
  records.type.compile(FLEXIBLE).write(writer, parts);
  const written = writer.finish();
  assert.is(written[1], parts[0]);
  assert.is(written[2], parts[1]);
  assert.is(encode(records, parts, CLASSIC), "00000003010203");
});

test("bytes reads a view of the message, not a copy", () => {
  const message = Uint8Array.fromHex("00000002aabb");
  const value = bytes.type.compile(CLASSIC).read(new Reader(message));
  assert.is(value.buffer, message.buffer);
});

test("Field.classic keeps the classic form in flexible versions", () => {
  const Header = schema({
    name: "Header",
    versions: [0, 0],
    flexibleSince: 0,
    fields: { clientId: string.nullable().classic(), name: string },
  });
  assert.is(Header.encode({ clientId: "a", name: "b" }, 0).toHex(), "000161026200");
});

test("boolean reads any byte but zero as true", () => {
  assert.is(encode(boolean, true, CLASSIC), "01");
  assert.equal(["00", "01", "ff"].map((hex) => decode(boolean, hex, CLASSIC)), [false, true, true]);
});

test("int64, float64, uint16 and uuid keep every bit", () => {
  assert.is(decode(int64, "8000000000000000", CLASSIC), -(2n ** 63n));
  assert.is(decode(float64, "8000000000000000", CLASSIC), -0);
  assert.is(encode(float64, 5e-324, CLASSIC), "0000000000000001");
  assert.is(decode(uint16, "ffff", CLASSIC), 65535);
  const id = decode(uuid, "ffffffffffffffffffffffffffffff00", CLASSIC);
  assert.is(id, "____________________AA");
  assert.is(encode(uuid, id, FLEXIBLE), "ffffffffffffffffffffffffffffff00");
});

test.run();
