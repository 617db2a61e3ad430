// A client's batch as it will be stored: timestamps by the topic's rules, and if the topic names a
// codec, in that one, whatever the producer used.

import type { TopicCompression, TopicConfig } from "@odradek/metadata/configs/mod";
import { Batch, BATCH_HEADER_BYTES, writeHeader } from "@odradek/protocol/records/batch";
import { CODECS, compress } from "@odradek/protocol/records/compression";
import { recordBytes } from "@odradek/protocol/records/record";
import { Refusal } from "@odradek/protocol/refusal";
import { checkBatch, checkFromClient, checkRecords, checkSize } from "./validate.ts";

/** Nothing but offset and epoch is missing. Refuses with what protocol §6 lists. */
export function asStored(batch: Batch, config: TopicConfig, now: number): Batch {
  checkBatch(batch, config);
  checkFromClient(batch);
  const { maxTimestamp } = checkRecords(batch, config, now);
  const type = config.timestampType;
  const timestamp = type === "CreateTime" ? maxTimestamp : now;
  const stored = recompress(batch, config.compression);
  if (stored !== batch) checkSize(stored, config);
  if (stored.timestampType !== type || stored.maxTimestamp !== timestamp) {
    stored.setMaxTimestamp(type, timestamp);
    stored.updateCrc();
  }
  if (stored.bytes.length > config.segmentBytes) {
    throw new Refusal(
      "RECORD_LIST_TOO_LARGE",
      `${stored.bytes.length} bytes do not fit into a segment of ${config.segmentBytes}`,
    );
  }
  return stored;
}

/** The same batch if its codec is the topic's already, or the topic leaves it to the producer. */
export function recompress(batch: Batch, { type, gzipLevel, zstdLevel }: TopicCompression): Batch {
  if (type === "producer") return batch;
  const name = type === "uncompressed" ? "none" : type;
  const codec = CODECS.indexOf(name);
  if (codec === batch.codec) return batch;
  const level = name === "gzip" ? gzipLevel : name === "zstd" ? zstdLevel : -1;
  const payload = compress(codec, recordBytes(batch), level < 0 ? {} : { level });
  const bytes = new Uint8Array(BATCH_HEADER_BYTES + payload.length);
  bytes.set(payload, BATCH_HEADER_BYTES);
  writeHeader(bytes, {
    baseOffset: batch.baseOffset,
    leaderEpoch: batch.leaderEpoch,
    codec,
    timestampType: batch.timestampType,
    isTransactional: batch.isTransactional,
    isControl: batch.isControl,
    baseTimestamp: batch.baseTimestamp,
    maxTimestamp: batch.maxTimestamp,
    producerId: batch.producerId,
    producerEpoch: batch.producerEpoch,
    baseSequence: batch.baseSequence,
    lastOffsetDelta: batch.lastOffsetDelta,
    recordCount: batch.recordCount,
  });
  return new Batch(bytes);
}
