// Makes a record batch from records: for producers, for the records that controllers and
// coordinators write, and for control batches.

import { encodeText, Writer } from "../wire/writer.ts";
import {
  BATCH_HEADER_BYTES,
  NO_PRODUCER_ID,
  NO_SEQUENCE,
  NO_TIMESTAMP,
  type TimestampType,
  writeHeader,
} from "./batch.ts";
import { compress } from "./compression.ts";

export interface RecordDraft {
  readonly key?: Uint8Array | null;
  readonly value?: Uint8Array | null;
  readonly headers?: readonly {
    readonly key: string;
    readonly value: Uint8Array | null;
  }[];
  /** ms since 1970; the batch's `timestamp` if absent. */
  readonly timestamp?: number;
}

export interface BatchOptions {
  /** Of records that say none. */
  readonly timestamp?: number;
  readonly timestampType?: TimestampType;
  readonly baseOffset?: number;
  readonly leaderEpoch?: number;
  /** 0 none, 1 gzip, 2 snappy, 3 lz4, 4 zstd. */
  readonly codec?: number;
  readonly producerId?: number;
  readonly producerEpoch?: number;
  readonly baseSequence?: number;
  readonly isTransactional?: boolean;
  readonly isControl?: boolean;
}

/** One batch of one or more records, with contiguous offsets and a valid CRC. */
export function buildBatch(
  records: readonly RecordDraft[],
  options: BatchOptions = {},
): Uint8Array {
  const fallback = options.timestamp ?? NO_TIMESTAMP;
  const timestamps = records.map((record) => record.timestamp ?? fallback);
  const baseTimestamp = timestamps[0] ?? NO_TIMESTAMP;
  const codec = options.codec ?? 0;
  const payload = encodeRecords(records, timestamps);
  const stored = codec === 0 ? payload : compress(codec, payload);
  const bytes = new Uint8Array(BATCH_HEADER_BYTES + stored.length);
  bytes.set(stored, BATCH_HEADER_BYTES);
  writeHeader(bytes, {
    baseOffset: options.baseOffset ?? 0,
    leaderEpoch: options.leaderEpoch ?? -1,
    codec,
    timestampType: options.timestampType ?? "CreateTime",
    isTransactional: options.isTransactional ?? false,
    isControl: options.isControl ?? false,
    baseTimestamp,
    maxTimestamp: timestamps.reduce((a, b) => Math.max(a, b), NO_TIMESTAMP),
    producerId: options.producerId ?? NO_PRODUCER_ID,
    producerEpoch: options.producerEpoch ?? -1,
    baseSequence: options.baseSequence ?? NO_SEQUENCE,
    lastOffsetDelta: records.length - 1,
    recordCount: records.length,
  });
  return bytes;
}

function encodeRecords(
  records: readonly RecordDraft[],
  timestamps: readonly number[],
): Uint8Array {
  const writer = new Writer(1024);
  const base = timestamps[0] ?? NO_TIMESTAMP;
  records.forEach((record, i) => {
    const body = encodeRecord(record, i, (timestamps[i] ?? base) - base);
    writer.varint(body.length);
    writer.copy(body);
  });
  return writer.finishWhole();
}

function encodeRecord(
  record: RecordDraft,
  offsetDelta: number,
  timestampDelta: number,
): Uint8Array {
  const writer = new Writer(128);
  writer.int8(0);
  writer.varlong(BigInt(timestampDelta));
  writer.varint(offsetDelta);
  writeBytes(writer, record.key ?? null);
  writeBytes(writer, record.value ?? null);
  const headers = record.headers ?? [];
  writer.varint(headers.length);
  for (const header of headers) {
    writeBytes(writer, encodeText(header.key));
    writeBytes(writer, header.value);
  }
  return writer.finishWhole();
}

function writeBytes(writer: Writer, bytes: Uint8Array | null): void {
  writer.varint(bytes === null ? -1 : bytes.length);
  if (bytes !== null) writer.copy(bytes);
}
