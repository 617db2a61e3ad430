// A record batch (magic 2) as a view of its bytes: the bytes of the wire are the bytes of the disk.
//
//    0 baseOffset int64            27 baseTimestamp int64 (or delete horizon)
//    8 batchLength int32           35 maxTimestamp int64
//   12 partitionLeaderEpoch int32  43 producerId int64
//   16 magic int8                  51 producerEpoch int16
//   17 crc uint32, of 21 … end     53 baseSequence int32
//   21 attributes int16            57 recordCount int32
//   23 lastOffsetDelta int32       61 records
//
// Attributes: bits 0-2 codec, 3 LogAppendTime, 4 transactional, 5 control, 6 delete horizon.

import { crc32c } from "../wire/crc32c.ts";
import { Malformed } from "../wire/malformed.ts";

/** Offset and length, before what the length counts. */
export const LOG_OVERHEAD_BYTES = 12;
/** Up to the first record. */
export const BATCH_HEADER_BYTES = 61;
export const MAGIC = 2;

const CRC_FROM = 21;
const ATTRIBUTES = {
  codec: 0b111,
  logAppendTime: 0b1000,
  transactional: 0b1_0000,
  control: 0b10_0000,
  deleteHorizon: 0b100_0000,
} as const;

/** No producer id: the batch is not idempotent. */
export const NO_PRODUCER_ID = -1;
export const NO_SEQUENCE = -1;
export const NO_TIMESTAMP = -1;

export type TimestampType = "CreateTime" | "LogAppendTime";

function int64(view: DataView, at: number): number {
  return view.getInt32(at) * 2 ** 32 + view.getUint32(at + 4);
}

/** One batch. 64-bit fields come as numbers: exact up to 2^53, as all that brokers give out are. */
export class Batch {
  /** From base offset to last record. */
  readonly bytes: Uint8Array;
  readonly #view: DataView;

  /** `bytes` hold at least a header. Nothing is checked: see `readBatches`. */
  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get baseOffset(): number {
    return this.#int64(0);
  }
  /** As the header says: the bytes may be fewer or more. */
  get sizeBytes(): number {
    return LOG_OVERHEAD_BYTES + this.#view.getInt32(8);
  }
  get leaderEpoch(): number {
    return this.#view.getInt32(12);
  }
  get magic(): number {
    return this.#view.getInt8(16);
  }
  get crc(): number {
    return this.#view.getUint32(17);
  }
  get attributes(): number {
    return this.#view.getInt16(21);
  }
  get lastOffsetDelta(): number {
    return this.#view.getInt32(23);
  }
  /** The first record's, or the delete horizon if there is one. */
  get baseTimestamp(): number {
    return this.#int64(27);
  }
  get maxTimestamp(): number {
    return this.#int64(35);
  }
  get producerId(): number {
    return this.#int64(43);
  }
  get producerEpoch(): number {
    return this.#view.getInt16(51);
  }
  get baseSequence(): number {
    return this.#view.getInt32(53);
  }
  /** 0 in batches that compaction has emptied. */
  get recordCount(): number {
    return this.#view.getInt32(57);
  }

  get lastOffset(): number {
    return this.baseOffset + this.lastOffsetDelta;
  }
  /** Not derived from the count: compaction leaves gaps. */
  get nextOffset(): number {
    return this.lastOffset + 1;
  }
  /** Sequences go on with 0 after 2147483647. */
  get lastSequence(): number {
    const { baseSequence, producerId } = this;
    if (producerId === NO_PRODUCER_ID || baseSequence < 0) return NO_SEQUENCE;
    return addToSequence(baseSequence, this.lastOffsetDelta);
  }
  /** 0 none, 1 gzip, 2 snappy, 3 lz4, 4 zstd; 5-7 mean nothing. */
  get codec(): number {
    return this.attributes & ATTRIBUTES.codec;
  }
  get timestampType(): TimestampType {
    return (this.attributes & ATTRIBUTES.logAppendTime) === 0 ? "CreateTime" : "LogAppendTime";
  }
  get isTransactional(): boolean {
    return (this.attributes & ATTRIBUTES.transactional) !== 0;
  }
  get isControl(): boolean {
    return (this.attributes & ATTRIBUTES.control) !== 0;
  }
  /** When tombstones of this batch may go, in ms; undefined if compaction has not set it. */
  get deleteHorizonMs(): number | undefined {
    return (this.attributes & ATTRIBUTES.deleteHorizon) === 0 ? undefined : this.baseTimestamp;
  }
  /** What follows the header, compressed if the codec says so. */
  get payload(): Uint8Array {
    return this.bytes.subarray(BATCH_HEADER_BYTES);
  }

  computeCrc(): number {
    return crc32c(this.bytes.subarray(CRC_FROM));
  }
  isCrcValid(): boolean {
    return this.computeCrc() === this.crc;
  }

  /** Outside the CRC. */
  setBaseOffset(offset: number): void {
    this.#view.setBigInt64(0, BigInt(offset));
  }
  /** Outside the CRC. */
  setLeaderEpoch(epoch: number): void {
    this.#view.setInt32(12, epoch);
  }
  /** Changes the CRC: call `updateCrc` after the last such change. */
  setMaxTimestamp(type: TimestampType, timestamp: number): void {
    const rest = this.attributes & ~ATTRIBUTES.logAppendTime;
    this.#view.setInt16(
      21,
      type === "CreateTime" ? rest : rest | ATTRIBUTES.logAppendTime,
    );
    this.#view.setBigInt64(35, BigInt(timestamp));
  }
  updateCrc(): void {
    this.#view.setUint32(17, this.computeCrc());
  }

  #int64(at: number): number {
    return int64(this.#view, at);
  }
}

/**
 * What a walk over batches needs of their headers, by where each begins in the bytes: one object
 * for all of them. As `Batch`, it checks nothing.
 */
export class BatchHeaders {
  readonly #view: DataView;

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  baseOffset(at: number): number {
    return int64(this.#view, at);
  }
  sizeBytes(at: number): number {
    return LOG_OVERHEAD_BYTES + this.#view.getInt32(at + 8);
  }
  lastOffset(at: number): number {
    return this.baseOffset(at) + this.#view.getInt32(at + 23);
  }
  maxTimestamp(at: number): number {
    return int64(this.#view, at + 35);
  }
}

/** What a batch to be written says of itself; offsets count from 0. */
export interface BatchHeader {
  readonly baseOffset: number;
  readonly leaderEpoch: number;
  readonly codec: number;
  readonly timestampType: TimestampType;
  readonly isTransactional: boolean;
  readonly isControl: boolean;
  /** The delete horizon, if there is one. */
  readonly baseTimestamp: number;
  readonly maxTimestamp: number;
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly baseSequence: number;
  readonly lastOffsetDelta: number;
  readonly recordCount: number;
  /** Set by compaction only. */
  readonly hasDeleteHorizon?: boolean;
}

/** Writes a header, CRC included, before the payload that already stands in `bytes`. */
export function writeHeader(bytes: Uint8Array, header: BatchHeader): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  view.setBigInt64(0, BigInt(header.baseOffset));
  view.setInt32(8, bytes.length - LOG_OVERHEAD_BYTES);
  view.setInt32(12, header.leaderEpoch);
  view.setInt8(16, MAGIC);
  view.setInt16(21, attributesOf(header));
  view.setInt32(23, header.lastOffsetDelta);
  view.setBigInt64(27, BigInt(header.baseTimestamp));
  view.setBigInt64(35, BigInt(header.maxTimestamp));
  view.setBigInt64(43, BigInt(header.producerId));
  view.setInt16(51, header.producerEpoch);
  view.setInt32(53, header.baseSequence);
  view.setInt32(57, header.recordCount);
  view.setUint32(17, crc32c(bytes.subarray(CRC_FROM)));
}

function attributesOf(header: BatchHeader): number {
  return header.codec |
    (header.timestampType === "LogAppendTime" ? ATTRIBUTES.logAppendTime : 0) |
    (header.isTransactional ? ATTRIBUTES.transactional : 0) |
    (header.isControl ? ATTRIBUTES.control : 0) |
    (header.hasDeleteHorizon ? ATTRIBUTES.deleteHorizon : 0);
}

/**
 * The batches that stand back to back in `bytes`, whole ones only: a last one that is cut off ends
 * the walk, as readers of a fetch expect. Malformed: a length that no batch has.
 */
export function* readBatches(bytes: Uint8Array): Generator<Batch> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  while (bytes.length - at >= BATCH_HEADER_BYTES) {
    const size = LOG_OVERHEAD_BYTES + view.getInt32(at + 8);
    if (size < BATCH_HEADER_BYTES) {
      throw new Malformed(
        `Cannot read batch at byte ${at}: a length of ${size} bytes`,
      );
    }
    if (size > bytes.length - at) return;
    yield new Batch(bytes.subarray(at, at + size));
    at += size;
  }
}

/** `sequence` + `count`, where 2147483647 is followed by 0. */
export function addToSequence(sequence: number, count: number): number {
  const sum = sequence + count;
  return sum > MAX_SEQUENCE ? sum - MAX_SEQUENCE - 1 : sum;
}

const MAX_SEQUENCE = 0x7fff_ffff;
