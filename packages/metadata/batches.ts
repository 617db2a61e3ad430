// The metadata log's batches as records: what brokers and controllers read of it.

import { type Batch, readBatches } from "@odradek/protocol/records/batch";
import { readRecords } from "@odradek/protocol/records/record";
import { decodeControlRecord } from "@odradek/protocol/schemas/control/mod";
import { decodeMetadataRecord } from "@odradek/protocol/schemas/metadata/mod";
import { Malformed } from "@odradek/protocol/wire/malformed";
import type { MetadataBatch } from "./fold.ts";

/**
 * Of a control batch, without records: those are the quorum's own. Malformed if a record cannot be
 * read.
 */
export function metadataBatch(batch: Batch): MetadataBatch {
  const { nextOffset: endOffset, leaderEpoch: epoch } = batch;
  if (batch.isControl) {
    const kraftVersion = kraftVersionIn(batch);
    const change = kraftVersion === undefined ? {} : { kraftVersion };
    return { endOffset, epoch, records: [], ...change };
  }
  const records = [...readRecords(batch)].map(({ value, offset }) => {
    if (value === null) throw new Malformed(`Cannot read metadata record at ${offset}: no value`);
    return decodeMetadataRecord(value);
  });
  return { endOffset, epoch, records };
}

/** Undefined: the batch says nothing of it. */
function kraftVersionIn(batch: Batch): number | undefined {
  for (const { key, value } of readRecords(batch)) {
    if (key === null) throw new Malformed("Cannot read control record: no key");
    const record = decodeControlRecord({ key, value });
    if (record.type === "KRAFT_VERSION") return record.kRaftVersion;
  }
  return undefined;
}

export function* metadataBatches(bytes: Uint8Array): Generator<MetadataBatch> {
  for (const batch of readBatches(bytes)) yield metadataBatch(batch);
}
