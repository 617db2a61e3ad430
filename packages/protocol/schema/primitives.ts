// The types that are not made of others. Fixed sizes are big-endian; strings, bytes and records
// have a classic form (int16 or int32 length, -1 = null) and a compact one (uvarint length + 1,
// 0 = null).

import { type Uuid, ZERO_UUID } from "@odradek/base";
import { Malformed } from "../wire/malformed.ts";
import type { Reader } from "../wire/reader.ts";
import { encodeText, type Writer } from "../wire/writer.ts";
import { type Codec, type Form, type Type, Unsupported } from "./codec.ts";
import { Field } from "./field.ts";

function fixed<T>(kind: string, zero: T, codec: Codec<T>): Field<T, T, false> {
  const type: Type<T> = {
    kind,
    zero,
    equals: (value, other) => Object.is(value, other),
    compile: () => codec,
  };
  return new Field<T, T, false>(type);
}

export const boolean: Field<boolean, boolean, false> = fixed("boolean", false, {
  bytesMin: 1,
  read: (reader) => reader.int8() !== 0,
  write: (writer, value) => writer.int8(value ? 1 : 0),
});

export const int8: Field<number, number, false> = fixed("int8", 0, {
  bytesMin: 1,
  read: (reader) => reader.int8(),
  write: (writer, value) => writer.int8(value),
});

export const int16: Field<number, number, false> = fixed("int16", 0, {
  bytesMin: 2,
  read: (reader) => reader.int16(),
  write: (writer, value) => writer.int16(value),
});

export const uint16: Field<number, number, false> = fixed("uint16", 0, {
  bytesMin: 2,
  read: (reader) => reader.uint16(),
  write: (writer, value) => writer.uint16(value),
});

export const int32: Field<number, number, false> = fixed("int32", 0, {
  bytesMin: 4,
  read: (reader) => reader.int32(),
  write: (writer, value) => writer.int32(value),
});

export const uint32: Field<number, number, false> = fixed("uint32", 0, {
  bytesMin: 4,
  read: (reader) => reader.uint32(),
  write: (writer, value) => writer.uint32(value),
});

/** All 64 bits matter on the wire; `safeInteger` of base makes a number of it. */
export const int64: Field<bigint, bigint, false> = fixed("int64", 0n, {
  bytesMin: 8,
  read: (reader) => reader.int64(),
  write: (writer, value) => writer.int64(value),
});

export const float64: Field<number, number, false> = fixed("float64", 0, {
  bytesMin: 8,
  read: (reader) => reader.float64(),
  write: (writer, value) => writer.float64(value),
});

export const uuid: Field<Uuid, Uuid, false> = fixed("uuid", ZERO_UUID, {
  bytesMin: 16,
  read: (reader) => reader.uuid(),
  write: (writer, value) => writer.uuid(value),
});

/** Lengths of what has a classic and a compact form. Null is told apart by `readLength` < 0. */
export interface Lengths {
  readonly bytesMin: number;
  read(reader: Reader): number;
  write(writer: Writer, length: number): void;
}

export const compactLengths: Lengths = {
  bytesMin: 1,
  read: (reader) => reader.uvarint() - 1,
  write: (writer, length) => writer.uvarint(length + 1),
};

export const int32Lengths: Lengths = {
  bytesMin: 4,
  read: (reader) => reader.int32(),
  write: (writer, length) => writer.int32(length),
};

const int16Lengths: Lengths = {
  bytesMin: 2,
  read: (reader) => reader.int16(),
  write: (writer, length) => writer.int16(length),
};

/** A type whose encoding is a length and so many bytes. */
function sized<Read, Write>(type: {
  readonly kind: string;
  readonly zero: Read;
  readonly classic: Lengths;
  equals(value: Write, other: Read): boolean;
  read(reader: Reader, length: number): Read;
  write(writer: Writer, lengths: Lengths, value: Write): void;
}): Field<Read, Write, false> {
  const { kind, zero, equals, read, write } = type;
  return new Field<Read, Write, false>({
    kind,
    zero,
    equals,
    compile(form: Form): Codec<Read, Write> {
      const lengths = form.flexible ? compactLengths : type.classic;
      return {
        bytesMin: lengths.bytesMin,
        read(reader) {
          const length = lengths.read(reader);
          if (length < 0) return NULL as Read;
          return read(reader, length);
        },
        write(writer, value) {
          if (value === null) lengths.write(writer, -1);
          else write(writer, lengths, value);
        },
      };
    },
  });
}

/** Codecs of nullable types read null; the struct refuses it where it may not be. */
const NULL: unknown = null;

export const string: Field<string, string, false> = sized<string, string>({
  kind: "string",
  zero: "",
  classic: int16Lengths,
  equals: (value, other) => value === other,
  read(reader, length) {
    if (length > STRING_BYTES_MAX) {
      throw new Malformed(`Cannot read string: ${length} bytes long`);
    }
    return reader.text(length);
  },
  write(writer, lengths, value) {
    if (value.length <= SHORT_TEXT_LENGTH && isAscii(value)) {
      lengths.write(writer, value.length);
      return writer.ascii(value);
    }
    const bytes = encodeText(value);
    if (bytes.length > STRING_BYTES_MAX) {
      throw new Unsupported(
        `A string has at most ${STRING_BYTES_MAX} bytes, not ${bytes.length}`,
      );
    }
    lengths.write(writer, bytes.length);
    writer.copy(bytes);
  },
});

/** Up to here a loop over the characters is cheaper than a call to the encoder. */
const SHORT_TEXT_LENGTH = 48;

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) >= 0x80) return false;
  return true;
}

/** Also of compact strings, as Kafka has it. */
const STRING_BYTES_MAX = 32767;

const EMPTY = new Uint8Array(0);

/** Reading gives a view of the message, not a copy. */
export const bytes: Field<Uint8Array, Uint8Array, false> = sized<
  Uint8Array,
  Uint8Array
>({
  kind: "bytes",
  zero: EMPTY,
  classic: int32Lengths,
  equals: sameBytes,
  read: (reader, length) => reader.view(length),
  write(writer, lengths, value) {
    lengths.write(writer, value.length);
    writer.copy(value);
  },
});

/** Record batches. Writing refers to the bytes instead of copying them, and takes several parts. */
export type RecordsDraft = Uint8Array | readonly Uint8Array[];

export const records: Field<Uint8Array, RecordsDraft, false> = sized<
  Uint8Array,
  RecordsDraft
>({
  kind: "records",
  zero: EMPTY,
  classic: int32Lengths,
  equals: (value, other) =>
    value instanceof Uint8Array && sameBytes(value, other),
  read: (reader, length) => reader.view(length),
  write(writer, lengths, value) {
    if (value instanceof Uint8Array) {
      lengths.write(writer, value.length);
      return writer.refer(value);
    }
    lengths.write(writer, value.reduce((sum, part) => sum + part.length, 0));
    for (const part of value) writer.refer(part);
  },
});

function sameBytes(value: Uint8Array, other: Uint8Array): boolean {
  return value.length === other.length &&
    value.every((byte, i) => byte === other[i]);
}
