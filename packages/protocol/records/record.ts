// Records inside a batch: a cursor that walks them without allocating, and whole records for those
// who want keys and values.
//
//   length varint, attributes int8, timestampDelta varlong, offsetDelta varint,
//   key (varint length, -1 null), value (same), header count varint, headers (key, value)

import { Malformed } from "../wire/malformed.ts";
import { Reader } from "../wire/reader.ts";
import { Batch } from "./batch.ts";
import { decompress } from "./compression.ts";

export interface RecordHeader {
  readonly key: string;
  readonly value: Uint8Array | null;
}

export interface LogRecord {
  readonly offset: number;
  /** ms since 1970; -1 none. */
  readonly timestamp: number;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers: readonly RecordHeader[];
}

/** Stands on one record after the other. Its fields are those of the record it stands on. */
export class RecordCursor {
  readonly #reader: Reader;
  offsetDelta = 0;
  timestampDelta = 0;
  // Not views: who only checks a batch looks at no key, and would pay for two objects a record.
  #keyAt = 0;
  /** -1: null. */
  #keyLength = -1;
  #valueAt = 0;
  #valueLength = -1;
  /** From the length to the last header. */
  sizeBytes = 0;
  #headersAt = 0;

  /** Over decompressed records, as `recordBytes` gives them. */
  constructor(records: Uint8Array) {
    this.#reader = new Reader(records);
  }

  /** Whether bytes are left after the record it stands on. */
  get isAtEnd(): boolean {
    return this.#reader.remaining === 0;
  }

  /** Moves to the next record. Malformed if there is none, or its lengths do not fit together. */
  next(): void {
    if (!this.#nextShort()) this.#nextAny();
  }

  /**
   * A record whose numbers are short and that has no headers, as nearly all are: a leader looks at
   * every one that is produced. False: it is another one, or none, and nothing has changed.
   */
  #nextShort(): boolean {
    const { bytes, position, end: bytesEnd } = this.#reader;
    const size = shortVarint(bytes, position);
    const start = position + (size >>> SHORT_BITS);
    const end = start + signed(size);
    if (size === 0 || end > bytesEnd) return false;
    const timestampDelta = shortVarint(bytes, start + 1);
    let at = start + 1 + (timestampDelta >>> SHORT_BITS);
    const offsetDelta = shortVarint(bytes, at);
    at += offsetDelta >>> SHORT_BITS;
    const keySize = shortVarint(bytes, at);
    if (timestampDelta === 0 || offsetDelta === 0 || keySize === 0) return false;
    const keyLength = signed(keySize);
    const keyAt = at + (keySize >>> SHORT_BITS);
    at = keyLength > 0 ? keyAt + keyLength : keyAt;
    const valueSize = shortVarint(bytes, at);
    const valueLength = signed(valueSize);
    const valueAt = at + (valueSize >>> SHORT_BITS);
    at = valueLength > 0 ? valueAt + valueLength : valueAt;
    if (valueSize === 0 || at + 1 !== end || bytes[at] !== 0) return false;
    this.timestampDelta = signed(timestampDelta);
    this.offsetDelta = signed(offsetDelta);
    this.#keyAt = keyAt;
    this.#keyLength = keyLength;
    this.#valueAt = valueAt;
    this.#valueLength = valueLength;
    this.#headersAt = at;
    this.sizeBytes = end - position;
    this.#reader.position = end;
    return true;
  }

  #nextAny(): void {
    const reader = this.#reader;
    const start = reader.position;
    const size = reader.varint();
    const end = reader.position + size;
    if (size < 0 || size > reader.remaining) {
      throw new Malformed(
        `Cannot read record: ${size} bytes, ${reader.remaining} left`,
      );
    }
    reader.skip(1);
    this.timestampDelta = reader.safeVarlong();
    this.offsetDelta = reader.varint();
    this.#keyLength = reader.varint();
    this.#keyAt = reader.position;
    if (this.#keyLength > 0) reader.skip(this.#keyLength);
    this.#valueLength = reader.varint();
    this.#valueAt = reader.position;
    if (this.#valueLength > 0) reader.skip(this.#valueLength);
    this.#headersAt = reader.position;
    skipHeaders(reader);
    if (reader.position !== end) {
      throw new Malformed(
        `Cannot read record: ${size} bytes, ${reader.position - start} used`,
      );
    }
    this.sizeBytes = end - start;
  }

  get hasKey(): boolean {
    return this.#keyLength >= 0;
  }

  get key(): Uint8Array | null {
    return this.#bytesAt(this.#keyAt, this.#keyLength);
  }

  get value(): Uint8Array | null {
    return this.#bytesAt(this.#valueAt, this.#valueLength);
  }

  #bytesAt(at: number, length: number): Uint8Array | null {
    return length < 0 ? null : this.#reader.bytes.subarray(at, at + length);
  }

  /** The record's headers as they are encoded, their count first. */
  get headerBytes(): Uint8Array {
    return this.#reader.bytes.subarray(this.#headersAt, this.#reader.position);
  }

  /** The record's headers; reading them is left to those who want them. */
  headers(): RecordHeader[] {
    const reader = new Reader(
      this.#reader.bytes,
      this.#headersAt,
      this.#reader.position,
    );
    const count = reader.varint();
    return Array.from({ length: count }, () => ({
      key: reader.text(reader.varint()),
      value: readBytes(reader),
    }));
  }
}

/** A short varint's bits are as many at most; above them stands how many bytes it takes. */
const SHORT_BITS = 21;

/** A varint of three bytes at most, as above; 0 if it is longer, or not whole. */
function shortVarint(bytes: Uint8Array, at: number): number {
  const first = bytes[at] as number;
  if (first < 0x80) return (1 << SHORT_BITS) | first;
  const second = bytes[at + 1] as number;
  if (second < 0x80) return (2 << SHORT_BITS) | (second << 7) | (first & 0x7f);
  const third = bytes[at + 2] as number;
  if (third < 0x80) {
    return (3 << SHORT_BITS) | (third << 14) | ((second & 0x7f) << 7) | (first & 0x7f);
  }
  return 0;
}

/** Its zigzag bits as a number. */
function signed(short: number): number {
  const bits = short & ((1 << SHORT_BITS) - 1);
  return (bits >>> 1) ^ -(bits & 1);
}

function readBytes(reader: Reader): Uint8Array | null {
  const length = reader.varint();
  return length < 0 ? null : reader.view(length);
}

function skipHeaders(reader: Reader): void {
  const count = reader.varint();
  // Each takes two bytes at least.
  if (count < 0 || count * 2 > reader.remaining) {
    throw new Malformed(
      `Cannot read record: ${count} headers, ${reader.remaining} bytes left`,
    );
  }
  for (let i = 0; i < count; i++) {
    const keyLength = reader.varint();
    if (keyLength < 0) {
      throw new Malformed("Cannot read record: a header without a key");
    }
    reader.skip(keyLength);
    const valueLength = reader.varint();
    if (valueLength > 0) reader.skip(valueLength);
  }
}

/** The records of a batch, decompressed. Malformed if they do not decompress. */
export function recordBytes(batch: Batch): Uint8Array {
  return batch.codec === 0 ? batch.payload : decompress(batch.codec, batch.payload);
}

/** All records of a batch, with offsets and timestamps as a consumer sees them. */
export function* readRecords(batch: Batch): Generator<LogRecord> {
  const cursor = new RecordCursor(recordBytes(batch));
  const { baseOffset, baseTimestamp, maxTimestamp, timestampType } = batch;
  for (let i = 0; i < batch.recordCount; i++) {
    cursor.next();
    yield {
      offset: baseOffset + cursor.offsetDelta,
      timestamp: timestampType === "LogAppendTime"
        ? maxTimestamp
        : baseTimestamp + cursor.timestampDelta,
      key: cursor.key,
      value: cursor.value,
      headers: cursor.headers(),
    };
  }
}
