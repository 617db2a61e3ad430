// One batch as compaction leaves it: as it was, with fewer records, as a bare header, or not at
// all. Base offset, last offset, sequences, producer and leader epoch stay, whatever goes.

import {
  Batch,
  BATCH_HEADER_BYTES,
  NO_TIMESTAMP,
  writeHeader,
} from "@odradek/protocol/records/batch";
import { compress } from "@odradek/protocol/records/compression";
import { recordBytes, RecordCursor } from "@odradek/protocol/records/record";
import { Writer } from "@odradek/protocol/wire/writer";
import type { KeyOffsets } from "./key_offsets.ts";

export interface CleanTerms {
  readonly keys: KeyOffsets;
  /** Wall clock ms. */
  readonly now: number;
  readonly deleteRetentionMs: number;
}

export interface BatchFate {
  /** Of an aborted transaction, or a marker without one: its records go, a marker's in time. */
  readonly isDiscarded: boolean;
  /** A bare header stays where no record does. */
  readonly keepsHeader: boolean;
}

/** Undefined: nothing of it stays. */
export function cleanBatch(batch: Batch, fate: BatchFate, terms: CleanTerms): Batch | undefined {
  const bare = (): Batch | undefined => fate.keepsHeader ? emptied(batch) : undefined;
  if (batch.recordCount === 0) return bare();
  if (batch.isControl) return cleanMarker(batch, fate, terms) ?? bare();
  if (fate.isDiscarded) return bare();
  const kept = keptRecords(batch, terms);
  if (kept.records.length === 0) return bare();
  const isTimed = kept.hasTombstone && batch.deleteHorizonMs === undefined;
  if (kept.records.length === batch.recordCount && !isTimed) return batch;
  return rebuilt(batch, kept.records, isTimed ? horizonOf(terms) : batch.deleteHorizonMs);
}

/** A marker whose transaction has gone is told when it will go, and goes then. */
function cleanMarker(
  batch: Batch,
  { isDiscarded }: BatchFate,
  terms: CleanTerms,
): Batch | undefined {
  const { deleteHorizonMs } = batch;
  if (!isDiscarded) return batch;
  if (deleteHorizonMs !== undefined) return deleteHorizonMs <= terms.now ? undefined : batch;
  return rebuilt(batch, allRecords(batch), horizonOf(terms));
}

function horizonOf({ now, deleteRetentionMs }: CleanTerms): number {
  return now + deleteRetentionMs;
}

/** A record, with its headers as they are encoded. */
interface RawRecord {
  readonly offsetDelta: number;
  readonly timestamp: number;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headerBytes: Uint8Array;
}

function allRecords(batch: Batch): RawRecord[] {
  const cursor = new RecordCursor(recordBytes(batch));
  return Array.from({ length: batch.recordCount }, () => {
    cursor.next();
    const { offsetDelta, key, value, headerBytes } = cursor;
    const timestamp = batch.baseTimestamp + cursor.timestampDelta;
    return { offsetDelta, timestamp, key, value, headerBytes };
  });
}

function keptRecords(batch: Batch, { keys, now }: CleanTerms) {
  const { baseOffset, deleteHorizonMs } = batch;
  const areTombstonesOver = deleteHorizonMs !== undefined && deleteHorizonMs <= now;
  let hasTombstone = false;
  const records = allRecords(batch).filter(({ offsetDelta, key, value }) => {
    const offset = baseOffset + offsetDelta;
    const isBeyond = offset >= keys.endOffset;
    const isKept = isBeyond ||
      (key !== null && keys.isLast(key, offset) && !(value === null && areTombstonesOver));
    hasTombstone ||= isKept && value === null;
    return isKept;
  });
  return { records, hasTombstone };
}

/** With a delete horizon, timestamps count from it. */
function rebuilt(
  batch: Batch,
  records: readonly RawRecord[],
  deleteHorizonMs: number | undefined,
): Batch {
  const baseTimestamp = deleteHorizonMs ?? records[0]?.timestamp ?? NO_TIMESTAMP;
  const writer = new Writer(1024);
  for (const record of records) {
    const body = encodeRecord(record, record.timestamp - baseTimestamp);
    writer.varint(body.length);
    writer.copy(body);
  }
  const { codec, timestampType } = batch;
  const payload = writer.finishWhole();
  const stored = codec === 0 ? payload : compress(codec, payload);
  const maxTimestamp = timestampType === "LogAppendTime"
    ? batch.maxTimestamp
    : records.reduce((most, { timestamp }) => Math.max(most, timestamp), NO_TIMESTAMP);
  return withPayload(batch, stored, {
    codec,
    baseTimestamp,
    maxTimestamp,
    recordCount: records.length,
    hasDeleteHorizon: deleteHorizonMs !== undefined,
  });
}

function encodeRecord(record: RawRecord, timestampDelta: number): Uint8Array {
  const writer = new Writer(128);
  writer.int8(0);
  writer.varlong(BigInt(timestampDelta));
  writer.varint(record.offsetDelta);
  for (const bytes of [record.key, record.value]) {
    writer.varint(bytes === null ? -1 : bytes.length);
    if (bytes !== null) writer.copy(bytes);
  }
  writer.copy(record.headerBytes);
  return writer.finishWhole();
}

function emptied(batch: Batch): Batch {
  return withPayload(batch, new Uint8Array(0), {
    codec: 0,
    baseTimestamp: NO_TIMESTAMP,
    maxTimestamp: batch.maxTimestamp,
    recordCount: 0,
    hasDeleteHorizon: false,
  });
}

function withPayload(
  batch: Batch,
  payload: Uint8Array,
  changed: {
    readonly codec: number;
    readonly baseTimestamp: number;
    readonly maxTimestamp: number;
    readonly recordCount: number;
    readonly hasDeleteHorizon: boolean;
  },
): Batch {
  const bytes = new Uint8Array(BATCH_HEADER_BYTES + payload.length);
  bytes.set(payload, BATCH_HEADER_BYTES);
  writeHeader(bytes, {
    baseOffset: batch.baseOffset,
    leaderEpoch: batch.leaderEpoch,
    timestampType: batch.timestampType,
    isTransactional: batch.isTransactional,
    isControl: batch.isControl,
    producerId: batch.producerId,
    producerEpoch: batch.producerEpoch,
    baseSequence: batch.baseSequence,
    lastOffsetDelta: batch.lastOffsetDelta,
    ...changed,
  });
  return new Batch(bytes);
}
