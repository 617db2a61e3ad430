// Reads Kafka's primitive types from bytes. Every length is checked against what is left before
// anything is allocated; views are handed out, never copies.

import { type Uuid, uuidFromBytes, ZERO_UUID } from "@odradek/base";
import { Malformed } from "./malformed.ts";

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });
/** Up to here a loop over ASCII is cheaper than a call to the decoder. */
const SHORT_STRING_BYTES = 24;
/** A power of two. */
const KNOWN_STRINGS = 256;
/** By a hash of their bytes, whatever came last. */
const known: (string | undefined)[] = Array.from({ length: KNOWN_STRINGS });
/** A power of two. */
const KNOWN_UUIDS = 256;
/** The same topics are named again and again: whatever came last, and its bytes as words. */
const knownUuids: Uuid[] = Array.from({ length: KNOWN_UUIDS }, () => ZERO_UUID);
const knownWords = Array.from({ length: KNOWN_UUIDS }, () => new Int32Array(4));
/** Of a varlong whose value fits into 32 bits for sure. */
const SHORT_VARINT_BYTES = 4;

export class Reader {
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  position: number;
  readonly end: number;

  constructor(bytes: Uint8Array, position = 0, end = bytes.length) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.position = position;
    this.end = end;
  }

  get remaining(): number {
    return this.end - this.position;
  }

  int8(): number {
    return this.#view.getInt8(this.#take(1));
  }

  int16(): number {
    return this.#view.getInt16(this.#take(2));
  }

  uint16(): number {
    return this.#view.getUint16(this.#take(2));
  }

  int32(): number {
    return this.#view.getInt32(this.#take(4));
  }

  uint32(): number {
    return this.#view.getUint32(this.#take(4));
  }

  int64(): bigint {
    return this.#view.getBigInt64(this.#take(8));
  }

  float64(): number {
    return this.#view.getFloat64(this.#take(8));
  }

  /** LEB128, at most 5 bytes, as the 32-bit integer that Kafka makes of it. */
  uvarint(): number {
    const { position } = this;
    if (position < this.end) {
      // Nearly all of them: lengths and deltas are small.
      const only = this.bytes[position] as number;
      if (only < 0x80) {
        this.position = position + 1;
        return only;
      }
    }
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.bytes[this.#take(1)] as number;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw new Malformed("Cannot read varint: longer than 5 bytes");
  }

  /** Zigzag LEB128 of 32 bits. */
  varint(): number {
    const value = this.uvarint();
    return (value >>> 1) ^ -(value & 1);
  }

  /** Zigzag LEB128 of 64 bits, at most 10 bytes. */
  varlong(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.bytes[this.#take(1)] as number;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asIntN(64, (value >> 1n) ^ -(value & 1n));
    }
    throw new Malformed("Cannot read varlong: longer than 10 bytes");
  }

  /** As `varlong`, as a number: exact up to 2^53. */
  safeVarlong(): number {
    const { bytes, position } = this;
    const shortEnd = Math.min(this.end, position + SHORT_VARINT_BYTES);
    for (let at = position; at < shortEnd; at++) {
      // What a varint holds as well costs no bigint.
      if ((bytes[at] as number) < 0x80) return this.varint();
    }
    return Number(this.varlong());
  }

  uuid(): Uuid {
    const at = this.#take(16);
    const view = this.#view;
    // Random, most of them, in every part.
    const slot = view.getInt32(at) & (KNOWN_UUIDS - 1);
    const words = knownWords[slot] as Int32Array;
    for (let i = 0; i < 4; i++) {
      if (words[i] !== view.getInt32(at + 4 * i)) return this.#newUuid(at, slot);
    }
    return knownUuids[slot] as Uuid;
  }

  #newUuid(at: number, slot: number): Uuid {
    const uuid = uuidFromBytes(this.bytes.subarray(at, at + 16));
    const words = knownWords[slot] as Int32Array;
    for (let i = 0; i < 4; i++) words[i] = this.#view.getInt32(at + 4 * i);
    knownUuids[slot] = uuid;
    return uuid;
  }

  /** A view of the next `length` bytes. */
  view(length: number): Uint8Array {
    const at = this.#take(length);
    return this.bytes.subarray(at, at + length);
  }

  /** The next `length` bytes as UTF-8; what is none reads as U+FFFD. */
  text(length: number): string {
    const at = this.#take(length);
    if (length <= SHORT_STRING_BYTES) {
      const short = this.#ascii(at, length);
      if (short !== undefined) return short;
    }
    return utf8.decode(this.bytes.subarray(at, at + length));
  }

  skip(length: number): void {
    this.#take(length);
  }

  /**
   * A string of ASCII; undefined if it is none. Clients send the same few names over and over: one
   * that is known already costs no string, and its hash is known where it is looked up.
   */
  #ascii(at: number, length: number): string | undefined {
    const { bytes } = this;
    const end = at + length;
    let hash = length;
    for (let i = at; i < end; i++) {
      const code = bytes[i] as number;
      if (code >= 0x80) return undefined;
      hash = Math.imul(hash ^ code, 0x01000193);
    }
    const place = (hash ^ (hash >>> 15)) & (KNOWN_STRINGS - 1);
    const candidate = known[place];
    if (candidate?.length === length && this.#holds(candidate, at)) return candidate;
    const text = String.fromCharCode(...bytes.subarray(at, end));
    known[place] = text;
    return text;
  }

  #holds(text: string, at: number): boolean {
    for (let i = 0; i < text.length; i++) {
      if (text.charCodeAt(i) !== this.bytes[at + i]) return false;
    }
    return true;
  }

  /** Moves on and returns where it was. */
  #take(length: number): number {
    const at = this.position;
    if (length < 0 || length > this.end - at) {
      throw new Malformed(`Cannot read ${length} bytes: ${this.end - at} left`);
    }
    this.position = at + length;
    return at;
  }
}
