// Requests as whole frames, made once; what differs from one request to the next is patched in.
// And where in the answers to them the few fields stand that are looked at.

import type { Uuid } from "@odradek/base";
import { type AnyApi, buildBatch, RequestHeader } from "@odradek/protocol";
import { Fetch } from "@odradek/protocol/messages/fetch";
import { Metadata } from "@odradek/protocol/messages/metadata";
import { Produce } from "@odradek/protocol/messages/produce";

/** The newest that both sides of a comparison offer. */
export const VERSIONS = { produce: 11, fetch: 16, metadata: 1 } as const;
const CLIENT_ID = "bench";
const TIMEOUT_MS = 30_000;

const SIZE_BYTES = 4;
const CORRELATION_ID_AT = 8;
/** Stand where a frame is patched, and nowhere else in it. */
const MARK_32 = 0x5aa5c33c;
const MARK_64 = 0x0ff0a55a0ff0a55an;

/** A frame, and the places in it that change. */
export class Request {
  readonly frame: Uint8Array;
  readonly #view: DataView;
  readonly #partitionAt: number;
  readonly #offsetAt: number;

  constructor(frame: Uint8Array) {
    this.frame = frame;
    this.#view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
    this.#partitionAt = placeOf(frame, mark(4, (view) => view.setUint32(0, MARK_32)));
    this.#offsetAt = placeOf(frame, mark(8, (view) => view.setBigUint64(0, MARK_64)));
  }

  setCorrelationId(id: number): void {
    this.#view.setInt32(CORRELATION_ID_AT, id);
  }

  setPartition(partition: number): void {
    this.#view.setInt32(this.#partitionAt, partition);
  }

  setFetchOffset(offset: number): void {
    this.#view.setInt32(this.#offsetAt, Math.floor(offset / 2 ** 32));
    this.#view.setUint32(this.#offsetAt + 4, offset >>> 0);
  }
}

/** One batch for one partition, which is patched. */
export function produceRequest(topic: string, batch: Uint8Array, acks: number): Request {
  const body = Produce.request.encode({
    acks,
    timeoutMs: TIMEOUT_MS,
    topicData: [{ name: topic, partitionData: [{ index: MARK_32, records: batch }] }],
  }, VERSIONS.produce);
  return new Request(frameOf(Produce, VERSIONS.produce, body));
}

/** From one partition, without a session; partition and offset are patched. */
export function fetchRequest(
  topicId: Uuid,
  { bytesMax, maxWaitMs }: { readonly bytesMax: number; readonly maxWaitMs: number },
): Request {
  const partition = {
    partition: MARK_32,
    fetchOffset: MARK_64,
    partitionMaxBytes: bytesMax,
  };
  const body = Fetch.request.encode({
    maxWaitMs,
    minBytes: 1,
    topics: [{ topicId, partitions: [partition] }],
    forgottenTopicsData: [],
  }, VERSIONS.fetch);
  return new Request(frameOf(Fetch, VERSIONS.fetch, body));
}

/** Of no topics: it tells the brokers only. */
export function metadataFrame(): Uint8Array {
  const body = Metadata.request.encode({ topics: [] }, VERSIONS.metadata);
  return frameOf(Metadata, VERSIONS.metadata, body);
}

function frameOf(api: AnyApi, version: number, body: Uint8Array): Uint8Array {
  const header = RequestHeader.encode({
    requestApiKey: api.key,
    requestApiVersion: version,
    correlationId: 0,
    clientId: CLIENT_ID,
  }, api.requestHeaderVersion(version));
  const frame = new Uint8Array(SIZE_BYTES + header.length + body.length);
  new DataView(frame.buffer).setInt32(0, header.length + body.length);
  frame.set(header, SIZE_BYTES);
  frame.set(body, SIZE_BYTES + header.length);
  return frame;
}

function mark(length: number, write: (view: DataView) => void): Uint8Array {
  const bytes = new Uint8Array(length);
  write(new DataView(bytes.buffer));
  return bytes;
}

/** -1 if the frame has no such mark. */
function placeOf(frame: Uint8Array, sought: Uint8Array): number {
  return Buffer.from(frame.buffer, frame.byteOffset, frame.length).indexOf(sought);
}

/** Answers are of one topic with one partition, so that everything before its records is fixed. */
export const ANSWERS = {
  /** Brokers, counted: an int32. */
  metadata: { brokersAt: 4 },
  /** Header 5, count 1, name, count 1, index 4. */
  produceErrorAt: (topic: string): number => 5 + 1 + 1 + topic.length + 1 + 4,
  fetch: {
    /** Header 5, throttle 4. */
    errorAt: 9,
    /** Then session 4, count 1, topic id 16, count 1, index 4. */
    partitionErrorAt: 37,
    highWatermarkAt: 39,
  },
} as const;

/** A batch of so many bytes at most: records of `recordBytes`, all of one size. */
export function batchOf(bytesMax: number, recordBytes: number): BatchOfSize {
  const recordCount = Math.max(1, Math.floor((bytesMax - HEADER_BYTES) / recordBytes));
  const perRecord = Math.floor((bytesMax - HEADER_BYTES) / recordCount);
  const value = Uint8Array.from(
    { length: Math.max(1, perRecord - RECORD_OVERHEAD_BYTES) },
    (_, i) => 97 + (i * 7919) % 26,
  );
  const records = Array.from({ length: recordCount }, () => ({ value }));
  return { bytes: buildBatch(records, { timestamp: Date.now() }), recordCount };
}

export interface BatchOfSize {
  readonly bytes: Uint8Array;
  readonly recordCount: number;
}

/** Of a batch. */
const HEADER_BYTES = 61;
/** Of a record: lengths, deltas, no key, no headers; at most. */
const RECORD_OVERHEAD_BYTES = 13;
