// Reads a segment from disk batch by batch, with plain reads off the thread: for recovery, index
// rebuilds and dumps, which must look at bytes that nobody has vouched for.

import type { DataFile } from "@odradek/base";
import { Batch, BATCH_HEADER_BYTES, MAGIC } from "@odradek/protocol/records/batch";

export interface ScannedBatch {
  readonly position: number;
  readonly batch: Batch;
}

const CHUNK_BYTES = 1024 * 1024;

/**
 * The batches that are whole, from `start` on. Ends before bytes that cannot be a batch: a length
 * below a header's or beyond the file's end, another magic. The CRC is for the caller to check.
 */
export async function* scan(
  file: DataFile,
  start = 0,
): AsyncGenerator<ScannedBatch> {
  let chunk: Uint8Array = new Uint8Array(0);
  let chunkAt = start;
  let position = start;
  const { size } = file;
  const fill = async (length: number): Promise<Uint8Array> => {
    if (position + length > chunkAt + chunk.length) {
      chunk = await file.read(position, Math.max(length, CHUNK_BYTES));
      chunkAt = position;
    }
    return chunk.subarray(position - chunkAt, position - chunkAt + length);
  };
  while (size - position >= BATCH_HEADER_BYTES) {
    const header = new Batch(await fill(BATCH_HEADER_BYTES));
    const sizeBytes = header.bytes.length < BATCH_HEADER_BYTES ? 0 : header.sizeBytes;
    if (sizeBytes < BATCH_HEADER_BYTES || sizeBytes > size - position) return;
    if (header.magic !== MAGIC) return;
    const bytes = await fill(sizeBytes);
    if (bytes.length < sizeBytes) return;
    yield { position, batch: new Batch(bytes) };
    position += sizeBytes;
  }
}
