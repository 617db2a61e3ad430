// The metadata log's batches as records: what brokers and controllers read of it.

import { type Batch, readBatches } from "@odradek/protocol/records/batch";
import { readRecords } from "@odradek/protocol/records/record";
import { decodeMetadataRecord } from "@odradek/protocol/schemas/metadata/mod";
import { Malformed } from "@odradek/protocol/wire/malformed";
import type { MetadataBatch } from "./fold.ts";

/** Of a control batch, without records: those are the quorum's own. Malformed if one is unknown. */
export function metadataBatch(batch: Batch): MetadataBatch {
  const { nextOffset: endOffset, leaderEpoch: epoch } = batch;
  if (batch.isControl) return { endOffset, epoch, records: [] };
  const records = [...readRecords(batch)].map(({ value, offset }) => {
    if (value === null) throw new Malformed(`Cannot read metadata record at ${offset}: no value`);
    return decodeMetadataRecord(value);
  });
  return { endOffset, epoch, records };
}

export function* metadataBatches(bytes: Uint8Array): Generator<MetadataBatch> {
  for (const batch of readBatches(bytes)) yield metadataBatch(batch);
}
