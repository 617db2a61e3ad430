// A batch as fields, and what batches say of a record as a line.

import { addToSequence, type Batch } from "@odradek/protocol/records/batch";
import { codecName } from "@odradek/protocol/records/compression";
import type { LogRecord } from "@odradek/protocol/records/record";
import { controlText } from "./control_text.ts";
import type { Fields, FieldValue } from "./output.ts";

export function batchFields(batch: Batch, position: number): Fields {
  const { baseSequence, deleteHorizonMs } = batch;
  return [
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
    ["deleteHorizonMs", { optional: deleteHorizonMs }],
    ["position", position],
    [batch.timestampType, batch.maxTimestamp],
    ["size", batch.sizeBytes],
    ["magic", batch.magic],
    ["compresscodec", codecName(batch.codec) ?? batch.codec],
    ["crc", batch.crc],
    ["isvalid", batch.isCrcValid()],
  ];
}

export function batchLine(batch: Batch, position: number): string {
  return lineOf(batchFields(batch, position));
}

export function lineOf(fields: Fields): string {
  return fields.map(([name, value]) => `${name}: ${textOf(value)}`).join(" ");
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
export function sequenceAt({ baseSequence }: Batch, offsetDelta: number): number {
  return baseSequence < 0 ? -1 : addToSequence(baseSequence, offsetDelta);
}

/** A number that may be absent as Java shows it. */
function textOf(value: FieldValue): string {
  if (typeof value !== "object") return `${value}`;
  return value.optional === undefined ? "OptionalLong.empty" : `OptionalLong[${value.optional}]`;
}
