// Transaction markers as the log sees them: control batches of one record whose key says commit or
// abort and whose value says which coordinator wrote it.

import { type Batch } from "@odradek/protocol/records/batch";
import { readRecords } from "@odradek/protocol/records/record";
import { Reader } from "@odradek/protocol/wire/reader";
import type { TransactionEnd } from "./producers.ts";

const ABORT = 0;
const COMMIT = 1;

export interface Marker extends TransactionEnd {
  readonly isCommit: boolean;
}

/** Undefined for data batches and for control batches that end no transaction. */
export function readMarker(batch: Batch): Marker | undefined {
  if (!batch.isControl || batch.producerId < 0) return undefined;
  const [record] = readRecords(batch);
  if (record === undefined || record.key === null || record.value === null) {
    return undefined;
  }
  const key = new Reader(record.key);
  key.int16();
  const type = key.int16();
  if (type !== ABORT && type !== COMMIT) return undefined;
  const value = new Reader(record.value);
  value.int16();
  return {
    producerId: batch.producerId,
    epoch: batch.producerEpoch,
    coordinatorEpoch: value.int32(),
    offset: record.offset,
    timestamp: record.timestamp,
    isCommit: type === COMMIT,
  };
}
