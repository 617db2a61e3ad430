// What Reader refuses, and how it reads text. See writer_test.ts for the round trips.

import * as fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Malformed } from "./malformed.ts";
import { Reader } from "./reader.ts";

const test = suite("reader");
const isMalformed = (thrown: unknown): boolean => thrown instanceof Malformed;
const readerOf = (hex: string): Reader => new Reader(Uint8Array.fromHex(hex));

test("Reader.uvarint takes the low 32 bits of five bytes, as Kafka does", () => {
  assert.is(readerOf("ffffffff0f").uvarint(), -1);
  assert.is(readerOf("8080808008").uvarint(), -(2 ** 31));
  assert.is(readerOf("8000").uvarint(), 0);
});

test("Reader.uvarint refuses a sixth byte, Reader.varlong an eleventh", () => {
  assert.throws(() => readerOf("808080808001").uvarint(), isMalformed);
  assert.throws(
    () => readerOf("8080808080808080808001").varlong(),
    isMalformed,
  );
  assert.is(readerOf("80808080808080808001").varlong(), 2n ** 62n);
});

test("Reader.safeVarlong reads what varlong reads", () => {
  const encodings = [
    "00", "01", "7f", "8001", "ffffff7f", "feffff7f", "80808001", "8080808001", "ffffffff0f",
    "feffffffffffff1f", "ffffffffffffff1f", "8000",
  ];
  for (const hex of encodings) {
    const reader = readerOf(`${hex}55`);
    assert.is(reader.safeVarlong(), Number(readerOf(hex).varlong()), hex);
    assert.is(reader.int8(), 0x55, hex);
  }
  assert.throws(() => readerOf("8080").safeVarlong(), isMalformed);
});

test("Reader refuses to read beyond its end, and stays where it was", () => {
  const reads: [string, (reader: Reader) => unknown][] = [
    ["", (r) => r.int8()],
    ["00", (r) => r.int16()],
    ["000000", (r) => r.int32()],
    ["000000", (r) => r.uint32()],
    ["00000000000000", (r) => r.int64()],
    ["00000000000000", (r) => r.float64()],
    ["000000000000000000000000000000", (r) => r.uuid()],
    ["0000", (r) => r.view(3)],
    ["0000", (r) => r.text(3)],
    ["0000", (r) => r.skip(3)],
    ["0000", (r) => r.skip(-1)],
  ];
  for (const [hex, read] of reads) {
    const reader = readerOf(hex);
    assert.throws(() => read(reader), isMalformed);
    assert.is(reader.position, 0);
  }
  assert.throws(() => readerOf("8080").uvarint(), isMalformed);
  assert.throws(() => readerOf("8080").varlong(), isMalformed);
});

test("Reader keeps to the range that it was given", () => {
  const reader = new Reader(Uint8Array.of(1, 2, 3, 4), 1, 3);
  assert.is(reader.int8(), 2);
  assert.is(reader.remaining, 1);
  assert.throws(() => reader.int16(), isMalformed);
});

test("Reader reads from the middle of a larger buffer", () => {
  const bytes = Uint8Array.of(9, 9, 0, 1, 9).subarray(2, 4);
  assert.is(new Reader(bytes).int16(), 1);
});

test("Reader.view hands out the bytes themselves", () => {
  const bytes = Uint8Array.of(1, 2, 3);
  const view = new Reader(bytes).view(2);
  bytes[0] = 7;
  assert.equal(view, Uint8Array.of(7, 2));
});

test("Reader.text reads any text, short or long, and a byte order mark as a character", () => {
  const unit = fc.constantFrom(
    "a",
    "Z",
    "\0",
    "\u007f",
    "é",
    "漢",
    "\ufeff",
    "🦄",
  );
  fc.assert(fc.property(fc.string({ unit, maxLength: 40 }), (text) => {
    const bytes = new TextEncoder().encode(text);
    assert.is(new Reader(bytes).text(bytes.length), text);
  }));
  assert.is(readerOf("efbbbf61").text(4), "\ufeffa");
});

test("Reader.text replaces what is not UTF-8", () => {
  assert.is(readerOf("61ff62").text(3), "a\ufffdb");
});

test("Reader.text reads names that it has read before, and those that share a place", () => {
  const names = fc.array(fc.stringMatching(/^[a-c]{0,3}$/), { minLength: 1000, maxLength: 2000 });
  fc.assert(
    fc.property(names, (all) => {
      for (const name of all) {
        const bytes = new TextEncoder().encode(name);
        assert.is(new Reader(bytes).text(bytes.length), name);
      }
    }),
    { numRuns: 5 },
  );
  for (let i = 0; i < 2000; i++) {
    const bytes = new TextEncoder().encode(`topic-${i}`);
    assert.is(new Reader(bytes).text(bytes.length), `topic-${i}`);
  }
});

test("Reader.uuid reads uuids that it has read before, and those that share a place", () => {
  const uuids = Array.from({ length: 64 }, (_, i) => {
    const bytes = new Uint8Array(16);
    // One byte differs, each time another one.
    bytes[i % 16] = 1 + i;
    return bytes;
  });
  for (const bytes of [...uuids, ...uuids]) {
    const expected = bytes.toBase64({ alphabet: "base64url", omitPadding: true });
    assert.is(new Reader(bytes).uuid(), expected);
    assert.is(new Reader(bytes).uuid(), expected);
  }
});

test.run();
