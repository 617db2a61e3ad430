// What producers take, and what they give back.

import type { RecordDraft } from "@odradek/protocol/records/builder";
import { encodeText } from "@odradek/protocol/wire/writer";

/** Texts are sent as UTF-8. */
export type Content = Uint8Array | string | null;

export interface ProducerRecord {
  readonly topic: string;
  /** By the key, or any, if absent. */
  readonly partition?: number;
  readonly key?: Content;
  readonly value?: Content;
  readonly headers?: readonly { readonly key: string; readonly value: Content }[];
  /** ms since 1970; now if absent. */
  readonly timestamp?: number;
}

/** Where a record is. */
export interface Delivery {
  readonly topic: string;
  readonly partition: number;
  /** -1: not told, as with acks 0. */
  readonly offset: number;
  /** The record's, or the broker's where the topic says so. */
  readonly timestamp: number;
}

/** With everything as bytes. */
export type EncodedRecord = Required<RecordDraft>;

export function encodeRecord(record: ProducerRecord, now: number): EncodedRecord {
  const headers = record.headers ?? [];
  return {
    key: encodeContent(record.key),
    value: encodeContent(record.value),
    headers: headers.map(({ key, value }) => ({ key, value: encodeContent(value) })),
    timestamp: record.timestamp ?? now,
  };
}

function encodeContent(content: Content | undefined): Uint8Array | null {
  if (content === undefined) return null;
  return typeof content === "string" ? encodeText(content) : content;
}

/** Lengths, deltas and attributes of a record take no more. */
const RECORD_OVERHEAD_BYTES = 21;
const HEADER_OVERHEAD_BYTES = 10;

/** At most, before compression. */
export function recordBytesMax({ key, value, headers }: EncodedRecord): number {
  const headerBytes = headers.reduce(
    (sum, header) =>
      sum + HEADER_OVERHEAD_BYTES + 3 * header.key.length + (header.value?.length ?? 0),
    0,
  );
  return RECORD_OVERHEAD_BYTES + (key?.length ?? 0) + (value?.length ?? 0) + headerBytes;
}
