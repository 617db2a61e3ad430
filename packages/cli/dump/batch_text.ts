// A batch, and what batches say of a record, each as a line.

import { addToSequence, type Batch } from "@odradek/protocol/records/batch";
import { codecName } from "@odradek/protocol/records/compression";
import type { LogRecord } from "@odradek/protocol/records/record";
import { controlText } from "./control_text.ts";

export function batchLine(batch: Batch, position: number): string {
  const { baseSequence, deleteHorizonMs } = batch;
  const fields: [string, string | number | boolean][] = [
    ["baseOffset", batch.baseOffset],
    ["lastOffset", batch.lastOffset],
    ["count", batch.recordCount],
    ["baseSequence", baseSequence],
    ["lastSequence", sequenceAt(batch, batch.lastOffsetDelta)],
    ["producerId", batch.producerId],
    ["producerEpoch", batch.producerEpoch],
    ["partitionLeaderEpoch", batch.leaderEpoch],
    ["isTransactional", batch.isTransactional],
    ["isControl", batch.isControl],
    ["deleteHorizonMs", optionalLong(deleteHorizonMs)],
    ["position", position],
    [batch.timestampType, batch.maxTimestamp],
    ["size", batch.sizeBytes],
    ["magic", batch.magic],
    ["compresscodec", codecName(batch.codec) ?? batch.codec],
    ["crc", batch.crc],
    ["isvalid", batch.isCrcValid()],
  ];
  return fields.map(([name, value]) => `${name}: ${value}`).join(" ");
}

/** Everything but key and value; of a control record all there is. */
export function recordText(batch: Batch, record: LogRecord): string {
  const { offset, timestamp, key, value, headers } = record;
  const text = `| offset: ${offset} ${batch.timestampType}: ${timestamp} ` +
    `keySize: ${key?.length ?? -1} valueSize: ${value?.length ?? -1} ` +
    `sequence: ${sequenceAt(batch, offset - batch.baseOffset)} ` +
    `headerKeys: [${headers.map((header) => header.key).join(",")}]`;
  return batch.isControl ? text + controlText(record) : text;
}

/** Of the record with this offset in the batch, whoever wrote it: coordinators number theirs. */
function sequenceAt({ baseSequence }: Batch, offsetDelta: number): number {
  return baseSequence < 0 ? -1 : addToSequence(baseSequence, offsetDelta);
}

/** As Java shows a number that may be absent. */
export function optionalLong(value: number | undefined): string {
  return value === undefined ? "OptionalLong.empty" : `OptionalLong[${value}]`;
}
