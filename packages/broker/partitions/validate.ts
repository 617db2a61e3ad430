// What a leader checks of a producer's batch before it is appended, and what it changes in it. The
// order of the checks is Kafka's, for clients see the first that fails.

import { reason } from "@odradek/base";
import type { TopicConfig } from "@odradek/metadata/configs/mod";
import {
  Batch,
  BATCH_HEADER_BYTES,
  LOG_OVERHEAD_BYTES,
  MAGIC,
  NO_TIMESTAMP,
} from "@odradek/protocol/records/batch";
import { codecName } from "@odradek/protocol/records/compression";
import { recordBytes, RecordCursor } from "@odradek/protocol/records/record";
import { Refusal } from "@odradek/protocol/refusal";
import { Malformed } from "@odradek/protocol/wire/malformed";
import { RecordsRefusal, type RefusedRecord } from "./refused.ts";

/** Produce versions from here on may carry zstd (KIP-110). */
const ZSTD_SINCE = 7;
const ZSTD = 4;
/** Shorter ones were no message in any format. */
const RECORD_BYTES_MIN = 14;
/** Up to the magic. */
const MAGIC_END = 17;

/** What one look at all records has found. */
export interface ValidatedRecords {
  /** -1 if no record has a timestamp. */
  readonly maxTimestamp: number;
}

/**
 * The one batch that a produce request may carry for a partition. Refuses with INVALID_RECORD,
 * CORRUPT_MESSAGE or UNSUPPORTED_COMPRESSION_TYPE.
 */
export function onlyBatch(records: Uint8Array | null, version: number): Batch {
  const first = records === null ? undefined : nextBatch(records);
  if (records === null || first === undefined) {
    throw new Refusal("INVALID_RECORD", "A produce request needs one record batch, this has none");
  }
  if (first.magic !== MAGIC) {
    throw new Refusal("INVALID_RECORD", `Record batches have magic ${MAGIC}, not ${first.magic}`);
  }
  if (version < ZSTD_SINCE && first.codec === ZSTD) {
    throw new Refusal(
      "UNSUPPORTED_COMPRESSION_TYPE",
      `Produce version ${version} cannot carry zstd, ${ZSTD_SINCE} can`,
    );
  }
  const isMore = records.length > first.bytes.length &&
    nextBatch(records.subarray(first.bytes.length)) !== undefined;
  if (isMore) {
    throw new Refusal("INVALID_RECORD", "A produce request needs one record batch, this has more");
  }
  return first;
}

/** Undefined if no whole batch is there. */
function nextBatch(bytes: Uint8Array): Batch | undefined {
  if (bytes.length < LOG_OVERHEAD_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getInt32(LOG_OVERHEAD_BYTES - 4);
  if (length < RECORD_BYTES_MIN) {
    throw new Refusal("CORRUPT_MESSAGE", `A batch of ${length} bytes is none`);
  }
  if (bytes.length < MAGIC_END) return undefined;
  const magic = view.getInt8(MAGIC_END - 1);
  if (magic < 0 || magic > MAGIC) {
    throw new Refusal("CORRUPT_MESSAGE", `There is no magic ${magic}`);
  }
  const size = LOG_OVERHEAD_BYTES + length;
  if (size > bytes.length) return undefined;
  if (magic === MAGIC && size < BATCH_HEADER_BYTES) {
    throw new Refusal("CORRUPT_MESSAGE", `A batch of ${size} bytes is none`);
  }
  return new Batch(bytes.subarray(0, size));
}

/** Header and CRC. Refuses with INVALID_RECORD, MESSAGE_TOO_LARGE or CORRUPT_MESSAGE. */
export function checkBatch(batch: Batch, config: TopicConfig): void {
  if (batch.baseOffset !== 0) {
    throw new Refusal("INVALID_RECORD", `A producer's base offset is 0, not ${batch.baseOffset}`);
  }
  checkSize(batch, config);
  if (!batch.isCrcValid()) {
    throw new Refusal(
      "CORRUPT_MESSAGE",
      `The CRC of the batch is ${batch.computeCrc()}, its header says ${batch.crc}`,
    );
  }
}

/** As it is stored. Refuses with MESSAGE_TOO_LARGE. */
export function checkSize(batch: Batch, { messageBytesMax }: TopicConfig): void {
  const { length } = batch.bytes;
  if (length <= messageBytesMax) return;
  throw new Refusal(
    "MESSAGE_TOO_LARGE",
    `A batch of ${length} bytes; max.message.bytes of the topic is ${messageBytesMax}`,
  );
}

/** What only clients are bound to. Refuses with INVALID_RECORD. */
export function checkFromClient(batch: Batch): void {
  const { recordCount, lastOffsetDelta, producerId, baseSequence } = batch;
  if (recordCount <= 0 || lastOffsetDelta + 1 !== recordCount) {
    throw new Refusal(
      "INVALID_RECORD",
      `A batch of ${recordCount} records ends at offset ${lastOffsetDelta}`,
    );
  }
  if (producerId >= 0 && baseSequence < 0) {
    throw new Refusal("INVALID_RECORD", `Sequence ${baseSequence} of producer ${producerId}`);
  }
  if (batch.isControl) throw new Refusal("INVALID_RECORD", "Clients write no control batches");
}

/**
 * Looks at every record. Refuses with INVALID_RECORD or INVALID_TIMESTAMP, and names the records;
 * with UNKNOWN_SERVER_ERROR, as Kafka does, if they do not decompress.
 */
export function checkRecords(batch: Batch, config: TopicConfig, now: number): ValidatedRecords {
  const cursor = new RecordCursor(decompressed(batch));
  const isAppendTime = batch.timestampType === "LogAppendTime";
  const { baseTimestamp, maxTimestamp: batchTimestamp, recordCount } = batch;
  const given = { isAppendTime, config, now };
  const needsKey = config.cleanup.compact;
  const usual = usualTimestamps(given);
  const refused: RefusedRecord[] = [];
  let maxTimestamp = NO_TIMESTAMP;
  let isTimestamp = false;
  for (let index = 0; index < recordCount; index++) {
    next(cursor);
    const timestamp = isAppendTime ? batchTimestamp : baseTimestamp + cursor.timestampDelta;
    if (timestamp > maxTimestamp) maxTimestamp = timestamp;
    const isUsual = timestamp >= usual.oldest && timestamp <= usual.newest;
    if (isUsual && !(needsKey && !cursor.hasKey)) continue;
    const keyProblem = needsKey && !cursor.hasKey ? NO_KEY : undefined;
    const problem = keyProblem ?? timestampProblem(timestamp, given);
    if (problem === undefined) continue;
    isTimestamp ||= keyProblem === undefined;
    refused.push({ index, message: problem });
  }
  if (!cursor.isAtEnd) throw new Refusal("INVALID_RECORD", "Bytes are left after the last record");
  if (refused.length > 0) {
    const error = isTimestamp ? "INVALID_TIMESTAMP" : "INVALID_RECORD";
    throw new RecordsRefusal(error, `${refused.length} records are refused`, refused);
  }
  return { maxTimestamp };
}

const NO_KEY = "Compacted topics take no record without a key";

interface TimestampRules {
  readonly isAppendTime: boolean;
  readonly config: TopicConfig;
  readonly now: number;
}

/** Within it there is never a problem: nearly all records need no closer look. */
function usualTimestamps({ isAppendTime, config, now }: TimestampRules) {
  const { timestampType, timestampBeforeMaxMs, timestampAfterMaxMs } = config;
  if (timestampType === "CreateTime") {
    const oldest = Math.max(NO_TIMESTAMP + 1, now - timestampBeforeMaxMs);
    return { oldest, newest: now + timestampAfterMaxMs };
  }
  return { oldest: isAppendTime ? Infinity : -Infinity, newest: Infinity };
}

function timestampProblem(timestamp: number, given: TimestampRules): string | undefined {
  const { timestampType, timestampBeforeMaxMs, timestampAfterMaxMs } = given.config;
  if (timestampType === "CreateTime" && timestamp !== NO_TIMESTAMP) {
    const oldest = given.now - timestampBeforeMaxMs;
    const newest = given.now + timestampAfterMaxMs;
    if (timestamp >= oldest && timestamp <= newest) return undefined;
    return `Timestamp ${timestamp} is not within [${oldest}, ${newest}]`;
  }
  return given.isAppendTime ? "Producers do not set LogAppendTime" : undefined;
}

function decompressed(batch: Batch): Uint8Array {
  if (codecName(batch.codec) === undefined) {
    throw new Refusal("UNKNOWN_SERVER_ERROR", `There is no codec ${batch.codec}`);
  }
  try {
    return recordBytes(batch);
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    throw new Refusal("UNKNOWN_SERVER_ERROR", reason(error));
  }
}

function next(cursor: RecordCursor): void {
  try {
    cursor.next();
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    throw new Refusal("INVALID_RECORD", reason(error));
  }
}
