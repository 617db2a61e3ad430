// Producer state on disk: `<offset>.snapshot` holds what is known below that offset, so that not
// the whole log must be read at start. Kafka's format, version 1:
//
//   version int16, crc uint32 of what follows it, count int32, then 46 bytes each: producerId
// int64,
//   epoch int16, lastSequence int32, lastOffset int64, offsetDelta int32, timestamp int64,
//   coordinatorEpoch int32, currentTxnFirstOffset int64 (-1 none)

import { addToSequence, NO_SEQUENCE } from "@odradek/protocol/records/batch";
import { crc32c } from "@odradek/protocol/wire/crc32c";
import { Malformed } from "@odradek/protocol/wire/malformed";
import { Reader } from "@odradek/protocol/wire/reader";
import { Writer } from "@odradek/protocol/wire/writer";
import type { KeptBatch, ProducerState } from "./producers.ts";

const VERSION = 1;
const HEADER_BYTES = 10;
const CRC_FROM = 6;
const ENTRY_BYTES = 46;

/** Only the last batch of each producer is kept. */
export function encodeSnapshot(states: readonly ProducerState[]): Uint8Array {
  const writer = new Writer(HEADER_BYTES + states.length * ENTRY_BYTES);
  writer.int16(VERSION);
  writer.uint32(0);
  writer.int32(states.length);
  for (const state of states) writeState(writer, state);
  const bytes = writer.finishWhole();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  view.setUint32(2, crc32c(bytes.subarray(CRC_FROM)));
  return bytes;
}

function writeState(writer: Writer, state: ProducerState): void {
  const last = state.batches.at(-1);
  writer.int64(BigInt(state.producerId));
  writer.int16(state.epoch);
  writer.int32(last?.lastSequence ?? NO_SEQUENCE);
  writer.int64(BigInt(last?.lastOffset ?? -1));
  writer.int32(last === undefined ? 0 : last.lastOffset - last.firstOffset);
  writer.int64(BigInt(state.lastTimestamp));
  writer.int32(state.coordinatorEpoch);
  writer.int64(BigInt(state.transactionFirstOffset));
}

/** Malformed if it is none, or its CRC is wrong: the snapshot before it is used then. */
export function decodeSnapshot(bytes: Uint8Array): ProducerState[] {
  const reader = new Reader(bytes);
  const version = reader.int16();
  if (version !== VERSION) {
    throw new Malformed(`Cannot read snapshot: version ${version}`);
  }
  if (reader.uint32() !== crc32c(bytes.subarray(CRC_FROM))) {
    throw new Malformed("Cannot read snapshot: wrong CRC");
  }
  const count = reader.int32();
  if (count < 0 || count * ENTRY_BYTES > reader.remaining) {
    throw new Malformed(`Cannot read snapshot: ${count} entries`);
  }
  return Array.from({ length: count }, () => readState(reader));
}

function readState(reader: Reader): ProducerState {
  const producerId = Number(reader.int64());
  const epoch = reader.int16();
  const lastSequence = reader.int32();
  const lastOffset = Number(reader.int64());
  const offsetDelta = reader.int32();
  const timestamp = Number(reader.int64());
  const coordinatorEpoch = reader.int32();
  const transactionFirstOffset = Number(reader.int64());
  const last: KeptBatch = {
    firstSequence: sequenceBefore(lastSequence, offsetDelta),
    lastSequence,
    firstOffset: lastOffset - offsetDelta,
    lastOffset,
    timestamp,
  };
  const batches = lastSequence < 0 || lastOffset < 0 ? [] : [last];
  const lastTimestamp = timestamp;
  return {
    producerId,
    epoch,
    batches,
    coordinatorEpoch,
    lastTimestamp,
    transactionFirstOffset,
  };
}

function sequenceBefore(sequence: number, count: number): number {
  return sequence >= count ? sequence - count : addToSequence(sequence + 1, 2147483647 - count);
}
