// A topic that names a codec stores its batches in that one, whatever the producer used.

import type { TopicCompression } from "@odradek/metadata/configs/mod";
import { Batch, BATCH_HEADER_BYTES, writeHeader } from "@odradek/protocol/records/batch";
import { CODECS, compress } from "@odradek/protocol/records/compression";
import { recordBytes } from "@odradek/protocol/records/record";

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
