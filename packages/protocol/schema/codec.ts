// What a type of the schema language compiles to for one version of a message.

import type { Reader } from "../wire/reader.ts";
import type { Writer } from "../wire/writer.ts";

/** The version of a message, and whether that version uses compact lengths and tagged fields. */
export interface Form {
  readonly version: number;
  readonly flexible: boolean;
}

export interface Codec<Read, Write = Read> {
  /** No encoding is shorter: bounds the count of an array before it is allocated. */
  readonly bytesMin: number;
  /** Throws Malformed. */
  read(reader: Reader): Read;
  /** Throws {@link Unsupported} if the version cannot carry the value. */
  write(writer: Writer, value: Write): void;
}

/** A value that the version of a message cannot carry. The caller's mistake, not a peer's. */
export class Unsupported extends Error {
  override readonly name = "Unsupported";
}

/**
 * A type of the schema language: knows its values, makes codecs. Immutable.
 * `Read`: what decoding yields. `Write`: what encoding takes.
 */
export interface Type<Read, Write = Read> {
  readonly kind: string;
  /** Of a field that says no other. */
  readonly zero: Read;
  /** Whether a value is `value`, in depth: such a tagged field is left out. */
  equals(value: Write, other: Read): boolean;
  compile(form: Form): Codec<Read, Write>;
}
