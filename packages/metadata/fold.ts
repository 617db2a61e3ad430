// The metadata log as a fold: batches of records in, versions of the image out. Records between
// BeginTransaction and EndTransaction (KIP-868) are seen together or not at all.

import type { MetadataRecord } from "@odradek/protocol/schemas/metadata/mod";
import { applyRecord } from "./apply.ts";
import { contradiction } from "./apply/contradiction.ts";
import { type ClusterImage, EMPTY_IMAGE } from "./image.ts";

export interface MetadataBatch {
  /** The offset after its last record. */
  readonly endOffset: number;
  readonly epoch: number;
  readonly records: readonly MetadataRecord[];
}

/** Immutable. */
export interface MetadataState {
  /** What others may see. */
  readonly image: ClusterImage;
  /** With the records of a transaction that has not ended; undefined outside of one. */
  readonly unfinished: ClusterImage | undefined;
}

export const EMPTY_STATE: MetadataState = { image: EMPTY_IMAGE, unfinished: undefined };

/** Fault "corrupt" if a record contradicts those before it. */
export function applyBatch(state: MetadataState, batch: MetadataBatch): MetadataState {
  let { image, unfinished } = state;
  for (const record of batch.records) {
    switch (record.type) {
      case "BeginTransactionRecord":
        if (unfinished !== undefined) throw contradiction("A transaction begins within another");
        unfinished = image;
        break;
      case "EndTransactionRecord":
        if (unfinished === undefined) throw contradiction("No transaction is there to end");
        image = unfinished;
        unfinished = undefined;
        break;
      case "AbortTransactionRecord":
        unfinished = undefined;
        break;
      default:
        if (unfinished === undefined) image = applyRecord(image, record);
        else unfinished = applyRecord(unfinished, record);
    }
  }
  const { endOffset, epoch } = batch;
  return { image: { ...image, endOffset, epoch }, unfinished };
}
