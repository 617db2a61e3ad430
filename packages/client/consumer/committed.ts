// What of fetched batches a consumer is shown: control batches never, and those of aborted
// transactions not if it reads committed ones only. The broker says which transactions that are
// (KIP-98): a producer's batches from the first offset on, up to its abort marker.

import { safeInteger } from "@odradek/base";
import type { Batch } from "@odradek/protocol/records/batch";
import { readRecords } from "@odradek/protocol/records/record";
import { decodeControlRecord } from "@odradek/protocol/schemas/control/mod";

export interface AbortedTransaction {
  readonly producerId: bigint;
  readonly firstOffset: bigint;
}

/** The batches with records for the consumer, in order. */
export function* visibleBatches(
  batches: Iterable<Batch>,
  aborted: readonly AbortedTransaction[],
): Generator<Batch> {
  const begins = aborted.map(({ producerId, firstOffset }) => ({
    producerId: safeInteger(producerId),
    offset: safeInteger(firstOffset),
  })).sort((a, b) => a.offset - b.offset);
  const open = new Set<number>();
  for (const batch of batches) {
    while (begins[0] !== undefined && begins[0].offset <= batch.lastOffset) {
      open.add(begins[0].producerId);
      begins.shift();
    }
    if (batch.isControl) {
      if (endsInAbort(batch)) open.delete(batch.producerId);
    } else if (!batch.isTransactional || !open.has(batch.producerId)) yield batch;
  }
}

function endsInAbort(batch: Batch): boolean {
  const [record] = readRecords(batch);
  if (record === undefined || record.key === null) return false;
  return decodeControlRecord({ key: record.key, value: record.value }).type === "ABORT";
}
