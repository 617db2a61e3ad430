// Writer and Reader against each other and against known bytes.

import { type Uuid, uuidFromBytes } from "@odradek/base";
import * as fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Reader } from "./reader.ts";
import { Slab, Writer } from "./writer.ts";

const test = suite("writer");

/** What `write` writes, behind `filling` bytes that are already there. */
function written(write: (writer: Writer) => void, filling = 0): Uint8Array {
  const writer = new Writer(8);
  writer.copy(new Uint8Array(filling));
  write(writer);
  return writer.finishWhole().subarray(filling);
}

const hex = (write: (writer: Writer) => void): string => written(write).toHex();

test("Writer.uvarint writes seven bits a byte, the lowest first", () => {
  const cases: [number, string][] = [
    [0, "00"],
    [1, "01"],
    [127, "7f"],
    [128, "8001"],
    [300, "ac02"],
    [16383, "ff7f"],
    [16384, "808001"],
    [2 ** 28 - 1, "ffffff7f"],
    [2 ** 28, "8080808001"],
    [2 ** 32 - 1, "ffffffff0f"],
    [-1, "ffffffff0f"],
  ];
  for (const [value, bytes] of cases) {
    assert.is(hex((w) => w.uvarint(value)), bytes, `${value}`);
  }
});

test("Writer.varint writes small negative numbers short", () => {
  const cases: [number, string][] = [
    [0, "00"],
    [-1, "01"],
    [1, "02"],
    [-64, "7f"],
    [64, "8001"],
    [2 ** 31 - 1, "feffffff0f"],
    [-(2 ** 31), "ffffffff0f"],
  ];
  for (const [value, bytes] of cases) {
    assert.is(hex((w) => w.varint(value)), bytes, `${value}`);
  }
});

test("Writer.varlong writes up to ten bytes", () => {
  const cases: [bigint, string][] = [
    [0n, "00"],
    [-1n, "01"],
    [1n, "02"],
    [2n ** 31n, "8080808010"],
    [2n ** 63n - 1n, "feffffffffffffffff01"],
    [-(2n ** 63n), "ffffffffffffffffff01"],
  ];
  for (const [value, bytes] of cases) {
    assert.is(hex((w) => w.varlong(value)), bytes, `${value}`);
  }
});

test("Writer.int16 and its like are big-endian", () => {
  assert.is(hex((w) => w.int8(-2)), "fe");
  assert.is(hex((w) => w.int16(-2)), "fffe");
  assert.is(hex((w) => w.uint16(65534)), "fffe");
  assert.is(hex((w) => w.int32(-2)), "fffffffe");
  assert.is(hex((w) => w.uint32(4294967294)), "fffffffe");
  assert.is(hex((w) => w.int64(-2n)), "fffffffffffffffe");
  assert.is(hex((w) => w.float64(-0)), "8000000000000000");
});

function bytes(length: number): fc.Arbitrary<Uint8Array> {
  return fc.uint8Array({ minLength: length, maxLength: length });
}
const int64s = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });

/** One of each type: how it is written and read. */
const fields = fc.oneof(
  field(
    fc.integer({ min: -128, max: 127 }),
    (w, v) => w.int8(v),
    (r) => r.int8(),
  ),
  field(
    fc.integer({ min: -32768, max: 32767 }),
    (w, v) => w.int16(v),
    (r) => r.int16(),
  ),
  field(
    fc.integer({ min: 0, max: 65535 }),
    (w, v) => w.uint16(v),
    (r) => r.uint16(),
  ),
  field(fc.integer(), (w, v) => w.int32(v), (r) => r.int32()),
  field(fc.nat(2 ** 32 - 1), (w, v) => w.uint32(v), (r) => r.uint32()),
  field(int64s, (w, v) => w.int64(v), (r) => r.int64()),
  field(fc.double({ noNaN: true }), (w, v) => w.float64(v), (r) => r.float64()),
  field(fc.integer(), (w, v) => w.uvarint(v), (r) => r.uvarint()),
  field(fc.integer(), (w, v) => w.varint(v), (r) => r.varint()),
  field(int64s, (w, v) => w.varlong(v), (r) => r.varlong()),
  field<Uuid>(
    bytes(16).map(uuidFromBytes),
    (w, v) => w.uuid(v),
    (r) => r.uuid(),
  ),
  field<Uint8Array>(bytes(5), (w, v) => w.copy(v), (r) => r.view(5)),
  field<Uint8Array>(bytes(3), (w, v) => w.refer(v), (r) => r.view(3)),
);

interface Written {
  readonly write: (writer: Writer) => void;
  readonly check: (reader: Reader) => void;
}

function field<T>(
  values: fc.Arbitrary<T>,
  write: (writer: Writer, value: T) => void,
  read: (reader: Reader) => T,
): fc.Arbitrary<Written> {
  return values.map((value) => ({
    write: (writer) => write(writer, value),
    check: (reader) => assert.equal(read(reader), value),
  }));
}

test("Reader reads whatever Writer wrote, whatever its buffer held before", () => {
  fc.assert(
    fc.property(fc.array(fields), fc.nat(40), (all, filling) => {
      const bytes = written((writer) => {
        for (const one of all) one.write(writer);
      }, filling);
      const reader = new Reader(bytes);
      for (const one of all) one.check(reader);
      assert.is(reader.remaining, 0);
    }),
    { numRuns: 500 },
  );
});

test("Writer.length counts copied and referred bytes", () => {
  const writer = new Writer(2);
  writer.int32(1);
  writer.refer(Uint8Array.of(1, 2, 3));
  assert.is(writer.length, 7);
  writer.refer(new Uint8Array(0));
  writer.int64(1n);
  assert.is(writer.length, 15);
  assert.is(writer.finishWhole().length, 15);
});

test("Writer.refer makes a part of its own, without a copy", () => {
  const large = Uint8Array.of(1, 2, 3);
  const writer = new Writer();
  writer.int8(9);
  writer.refer(large);
  writer.int8(8);
  const parts = writer.finish();
  assert.is(parts.length, 3);
  assert.is(parts[1], large);
});

test("Writer.patchInt32 overwrites what is already written", () => {
  const writer = new Writer(4);
  writer.int32(0);
  writer.refer(Uint8Array.of(7));
  writer.patchInt32(0, writer.length - 4);
  assert.is(writer.finishWhole().toHex(), "0000000107");
});

test("Writer.patchInt32 counts over all parts", () => {
  const writer = new Writer(4);
  writer.int16(1);
  writer.refer(Uint8Array.of(7));
  writer.int32(0);
  writer.refer(Uint8Array.of(8));
  for (let i = 0; i < 20; i++) writer.int32(0);
  writer.patchInt32(3, 0x01020304);
  writer.patchInt32(84, -1);
  const hex = writer.finishWhole().toHex();
  assert.is(hex, `0001070102030408${"00".repeat(76)}ffffffff`);
});

test("Writers over one slab write behind each other, also where one outgrows it", () => {
  const slab = new Slab();
  const messages = Array.from({ length: 300 }, (_, i) => {
    const writer = new Writer(slab);
    assert.is(writer.length, 0);
    writer.int32(0);
    writer.copy(new Uint8Array(i * 7).fill(i));
    if (i % 3 === 0) writer.refer(Uint8Array.of(9));
    writer.int8(i);
    writer.patchInt32(0, writer.length);
    return { parts: writer.finish(), length: writer.length };
  });
  for (const [i, { parts, length }] of messages.entries()) {
    const bytes = Uint8Array.from(parts.flatMap((part) => [...part]));
    assert.is(bytes.length, length);
    assert.is(new DataView(bytes.buffer).getInt32(0), length);
    assert.ok(bytes.subarray(4, 4 + i * 7).every((byte) => byte === (i & 0xff)), `message ${i}`);
    assert.is(bytes.at(-1), i & 0xff);
  }
});

test.run();
