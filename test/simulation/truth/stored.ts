// Records as they lie in a log, reduced to what checkers compare. Every value that the simulation
// produces names its producer and its number, and can be made again from them.

import type { Batch } from "@odradek/protocol/records/batch";
import { type LogRecord, readRecords } from "@odradek/protocol/records/record";

/** A record and everything that makes it this one, as text: equal texts are equal records. */
export interface StoredRecord {
  readonly offset: number;
  readonly timestamp: number;
  /** Name and number as in its value; undefined: the simulation has not made it. */
  readonly origin: Origin | undefined;
  readonly fingerprint: string;
}

export interface Origin {
  /** One life of one producer. */
  readonly producer: string;
  /** In the order in which it was sent. */
  readonly number: number;
}

export interface StoredBatch {
  readonly baseOffset: number;
  readonly nextOffset: number;
  readonly leaderEpoch: number;
  readonly crc: number;
  /** -1: none. */
  readonly producerId: number;
  /** Where it ends in its segment. */
  readonly endPosition: number;
  readonly records: readonly StoredRecord[];
}

/** A value of about so many bytes. */
export function valueText({ producer, number }: Origin, length: number): string {
  const head = `${producer}/${number}/${length}/`;
  return head.padEnd(Math.max(head.length, length), FILLER[number % FILLER.length]);
}

const FILLER = "abcdefghijklmnopqrstuvwxyz";

const utf8 = new TextDecoder();

/** Undefined if the value is not exactly one that `valueText` makes. */
export function originOf(value: Uint8Array | null): Origin | undefined {
  const text = utf8.decode(value ?? undefined);
  const [producer = "", number = "", length = ""] = text.split("/", 3);
  const origin = { producer, number: Number(number) };
  return valueText(origin, Number(length)) === text ? origin : undefined;
}

export function originText({ producer, number }: Origin): string {
  return `${producer}/${number}`;
}

export function stored(record: LogRecord, leaderEpoch: number): StoredRecord {
  const { offset, timestamp, key, value } = record;
  const origin = originOf(value);
  const text = origin === undefined ? `unknown ${value?.toHex()}` : originText(origin);
  const keyText = key === null ? "none" : key.toHex();
  const fingerprint = `${text} key ${keyText} time ${timestamp} epoch ${leaderEpoch}`;
  return { offset, timestamp, origin, fingerprint };
}

export function storedBatch(batch: Batch, endPosition: number): StoredBatch {
  const { baseOffset, nextOffset, leaderEpoch, crc, producerId } = batch;
  // Bytes of the disk may change under a view; what is kept is made at once.
  const records = [...readRecords(batch)].map((record) => stored(record, leaderEpoch));
  return { baseOffset, nextOffset, leaderEpoch, crc, producerId, endPosition, records };
}
