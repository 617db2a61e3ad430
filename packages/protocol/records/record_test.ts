// The cursor's short way, against the same record read number by number.

import * as fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Malformed } from "../wire/malformed.ts";
import { Reader } from "../wire/reader.ts";
import { Writer } from "../wire/writer.ts";
import { RecordCursor } from "./record.ts";

const test = suite("RecordCursor");

interface Drawn {
  readonly timestampDelta: number;
  readonly offsetDelta: number;
  readonly keyLength: number;
  readonly valueLength: number;
  readonly headers: number;
}

const length = fc.oneof(fc.integer({ min: -1, max: 200 }), fc.constantFrom(8191, 8192, 1 << 20));
const drawn: fc.Arbitrary<Drawn> = fc.record({
  timestampDelta: fc.oneof(fc.integer({ min: -70, max: 70 }), fc.maxSafeInteger()),
  offsetDelta: fc.oneof(fc.nat(200), fc.nat(0x7fff_ffff)),
  keyLength: length,
  valueLength: length,
  headers: fc.constantFrom(0, 0, 1, 2),
});

function bytesOf({ timestampDelta, offsetDelta, ...rest }: Drawn): Uint8Array {
  const body = new Writer();
  body.int8(0);
  body.varlong(BigInt(timestampDelta));
  body.varint(offsetDelta);
  for (const length of [rest.keyLength, rest.valueLength]) {
    body.varint(length);
    body.copy(new Uint8Array(Math.max(0, length)).fill(0xff));
  }
  body.varint(rest.headers);
  for (let i = 0; i < rest.headers; i++) {
    body.varint(1);
    body.copy(Uint8Array.of(97));
    body.varint(-1);
  }
  const bytes = body.finishWhole();
  const record = new Writer();
  record.varint(bytes.length);
  record.copy(bytes);
  return record.finishWhole();
}

/** As Kafka's documentation has it, each number for itself; undefined: it is no record. */
function plainly(bytes: Uint8Array): unknown {
  const reader = new Reader(bytes);
  try {
    const end = reader.varint() + reader.position;
    reader.int8();
    const timestampDelta = Number(reader.varlong());
    const offsetDelta = reader.varint();
    const key = reader.varint();
    reader.skip(Math.max(0, key));
    const value = reader.varint();
    reader.skip(Math.max(0, value));
    for (let left = reader.varint(); left !== 0; left--) {
      const name = reader.varint();
      if (left < 0 || name < 0) return undefined;
      reader.skip(name);
      reader.skip(Math.max(0, reader.varint()));
    }
    if (reader.position !== end) return undefined;
    return { timestampDelta, offsetDelta, hasKey: key >= 0, value: value < 0 ? null : value, end };
  } catch (error) {
    if (error instanceof Malformed) return undefined;
    throw error;
  }
}

function byCursor(bytes: Uint8Array): unknown {
  const cursor = new RecordCursor(bytes);
  try {
    cursor.next();
    const { timestampDelta, offsetDelta, hasKey, sizeBytes } = cursor;
    const value = cursor.value?.length ?? null;
    return { timestampDelta, offsetDelta, hasKey, value, end: sizeBytes };
  } catch (error) {
    if (error instanceof Malformed) return undefined;
    throw error;
  }
}

test("RecordCursor.next reads short and long numbers alike, with and without headers", () => {
  fc.assert(fc.property(drawn, (record) => {
    const bytes = bytesOf(record);
    const { timestampDelta, offsetDelta, keyLength, valueLength } = record;
    assert.equal(byCursor(bytes), {
      timestampDelta,
      offsetDelta,
      hasKey: keyLength >= 0,
      value: valueLength < 0 ? null : valueLength,
      end: bytes.length,
    });
  }));
});

test("RecordCursor.next finds in damaged and cut records what a plain reading finds", () => {
  const small = drawn.filter(({ keyLength, valueLength }) => keyLength + valueLength < 400);
  const damage = fc.record({ at: fc.nat(1000), by: fc.nat(255), cut: fc.nat(3) });
  fc.assert(
    fc.property(small, damage, (record, { at, by, cut }) => {
      const bytes = bytesOf(record);
      bytes[at % Math.min(bytes.length, 16)] = by;
      const left = bytes.subarray(0, bytes.length - cut);
      assert.equal(byCursor(left), plainly(left));
    }),
    { numRuns: 2000 },
  );
});

test.run();
