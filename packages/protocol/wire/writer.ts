// Writes Kafka's primitive types. What it grows is its own; large bytes can be referred to instead
// of copied, so a finished message is a list of parts.

import { type Uuid, writeUuid } from "@odradek/base";

const utf8 = new TextEncoder();

const UUID_BYTES = 16;
const SLAB_BYTES = 64 * 1024;
/** Less than that left: the next writer begins another one. */
const SLAB_ROOM_BYTES = 512;

/**
 * Memory that one writer after another fills, never at the same time and never twice: an
 * allocation outside of the heap costs more than to write a small message.
 */
export class Slab {
  bytes: Uint8Array = new Uint8Array(0);
  view: DataView = new DataView(this.bytes.buffer);
  used = 0;

  makeRoom(): void {
    if (this.bytes.length - this.used >= SLAB_ROOM_BYTES) return;
    this.bytes = new Uint8Array(SLAB_BYTES);
    this.view = new DataView(this.bytes.buffer);
    this.used = 0;
  }
}

export class Writer {
  readonly #slab: Slab | undefined;
  #bytes: Uint8Array;
  #view: DataView;
  #length = 0;
  /** Where the part that is being written begins in `#bytes`. */
  #partStart = 0;
  #parts: Uint8Array[] = [];
  #partsLength = 0;

  constructor(memory: number | Slab = 256) {
    if (typeof memory === "number") {
      this.#bytes = new Uint8Array(memory);
      this.#view = new DataView(this.#bytes.buffer);
      return;
    }
    memory.makeRoom();
    this.#slab = memory;
    this.#bytes = memory.bytes;
    this.#view = memory.view;
    this.#length = memory.used;
    this.#partStart = memory.used;
  }

  /** Bytes written so far, referred ones included. */
  get length(): number {
    return this.#partsLength + this.#length - this.#partStart;
  }

  int8(value: number): void {
    const at = this.#room(1);
    this.#view.setInt8(at, value);
  }

  int16(value: number): void {
    const at = this.#room(2);
    this.#view.setInt16(at, value);
  }

  uint16(value: number): void {
    const at = this.#room(2);
    this.#view.setUint16(at, value);
  }

  int32(value: number): void {
    const at = this.#room(4);
    this.#view.setInt32(at, value);
  }

  uint32(value: number): void {
    const at = this.#room(4);
    this.#view.setUint32(at, value);
  }

  int64(value: bigint): void {
    const at = this.#room(8);
    this.#view.setBigInt64(at, value);
  }

  float64(value: number): void {
    const at = this.#room(8);
    this.#view.setFloat64(at, value);
  }

  uvarint(value: number): void {
    let rest = value >>> 0;
    while (rest >= 0x80) {
      this.#byte((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    this.#byte(rest);
  }

  varint(value: number): void {
    this.uvarint((value << 1) ^ (value >> 31));
  }

  varlong(value: bigint): void {
    let rest = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n));
    while (rest >= 0x80n) {
      this.#byte(Number(rest & 0x7fn) | 0x80);
      rest >>= 7n;
    }
    this.#byte(Number(rest));
  }

  uuid(value: Uuid): void {
    const at = this.#room(UUID_BYTES);
    writeUuid(value, this.#bytes, at);
  }

  /** A text of characters below 128. */
  ascii(text: string): void {
    const at = this.#room(text.length);
    for (let i = 0; i < text.length; i++) this.#bytes[at + i] = text.charCodeAt(i);
  }

  /** Copies the bytes in. */
  copy(bytes: Uint8Array): void {
    const at = this.#room(bytes.length);
    this.#bytes.set(bytes, at);
  }

  /** Takes the bytes as a part of their own. They must not change until the message is sent. */
  refer(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#endPart();
    this.#parts.push(bytes);
    this.#partsLength += bytes.length;
  }

  /** Overwrites an int32 that was written at `position`, counted over all parts. */
  patchInt32(position: number, value: number): void {
    let start = 0;
    for (const part of this.#parts) {
      if (position < start + part.length) {
        return setInt32(part, position - start, value);
      }
      start += part.length;
    }
    this.#view.setInt32(this.#partStart + position - start, value);
  }

  /** The parts in order. The writer must not be used afterwards. */
  finish(): Uint8Array[] {
    this.#endPart();
    if (this.#slab?.bytes === this.#bytes) this.#slab.used = this.#length;
    return this.#parts;
  }

  /** As `finish`, as one array: copies if there is more than one part. */
  finishWhole(): Uint8Array {
    const parts = this.finish();
    const [only] = parts;
    if (only !== undefined && parts.length === 1) return only;
    const whole = new Uint8Array(this.#partsLength);
    let at = 0;
    for (const part of parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }

  #endPart(): void {
    if (this.#length === this.#partStart) return;
    const part = this.#bytes.subarray(this.#partStart, this.#length);
    this.#parts.push(part);
    this.#partsLength += part.length;
    this.#partStart = this.#length;
  }

  #byte(value: number): void {
    const at = this.#room(1);
    this.#bytes[at] = value;
  }

  /** Where to write. It may replace `#bytes` and `#view`, so it is called before they are read. */
  #room(length: number): number {
    const at = this.#length;
    if (at + length > this.#bytes.length) this.#grow(at + length);
    this.#length = at + length;
    return at;
  }

  /** Ended parts keep the old buffer. */
  #grow(needed: number): void {
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    grown.set(
      this.#bytes.subarray(this.#partStart, this.#length),
      this.#partStart,
    );
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}

function setInt32(bytes: Uint8Array, at: number, value: number): void {
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).setInt32(
    at,
    value,
  );
}

/** UTF-8 bytes of a text. */
export function encodeText(text: string): Uint8Array {
  return utf8.encode(text);
}
