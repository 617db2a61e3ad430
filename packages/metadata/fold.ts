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
  /** Set by a control batch that changes it. */
  readonly kraftVersion?: number | undefined;
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
  const { image, unfinished } = batch.records.reduce(applyInTransaction, state);
  const { endOffset, epoch, kraftVersion = image.kraftVersion } = batch;
  return { image: { ...image, endOffset, epoch, kraftVersion }, unfinished };
}

/** One record of a batch: the offset stays that of the batch before. Fault as `applyBatch`. */
export function applyInTransaction(state: MetadataState, record: MetadataRecord): MetadataState {
  const { image, unfinished } = state;
  switch (record.type) {
    case "BeginTransactionRecord":
      if (unfinished !== undefined) throw contradiction("A transaction begins within another");
      return { image, unfinished: image };
    case "EndTransactionRecord":
      if (unfinished === undefined) throw contradiction("No transaction is there to end");
      return { image: unfinished, unfinished: undefined };
    case "AbortTransactionRecord":
      if (unfinished === undefined) throw contradiction("No transaction is there to abort");
      return { image, unfinished: undefined };
    default:
      if (unfinished === undefined) return { image: applyRecord(image, record), unfinished };
      return { image, unfinished: applyRecord(unfinished, record) };
  }
}
