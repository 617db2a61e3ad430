// Records of one partition that travel together, from the first one that is gathered until the
// batch has been answered or given up. Its sequence, once given, stays with it over all tries.

import { safeInteger } from "@odradek/base";
import { BATCH_HEADER_BYTES } from "@odradek/protocol/records/batch";
import { buildBatch } from "@odradek/protocol/records/builder";
import { type Delivery, type EncodedRecord, recordBytesMax } from "./record.ts";

/** By which brokers recognize what they have already taken. */
export interface Sequence {
  readonly producerId: number;
  readonly epoch: number;
  /** Of the first record. */
  readonly base: number;
}

interface Waiter {
  readonly timestamp: number;
  resolve(delivery: Delivery): void;
  reject(error: Error): void;
}

export interface BatchPlaceOptions {
  readonly topic: string;
  readonly partition: number;
  /** Batches of a partition count up. */
  readonly order: number;
  /** Monotonic. */
  readonly createdMs: number;
}

export class PendingBatch {
  readonly topic: string;
  readonly partition: number;
  readonly order: number;
  readonly createdMs: number;
  /** Resolves when it is answered or given up. */
  readonly settled: Promise<void>;
  /** No record is added any more. */
  isSealed = false;
  /** A try has ended without an answer: its records may or may not be in the log. */
  isUncertain = false;
  /** Why it is not in the log yet. */
  lastFailure: Error | undefined;
  sequence: Sequence | undefined;
  /** At most, before compression. */
  sizeBytes = BATCH_HEADER_BYTES;
  readonly #records: EncodedRecord[] = [];
  readonly #waiters: Waiter[] = [];
  #encoded: Uint8Array | undefined;
  #markSettled: () => void = () => undefined;

  constructor({ topic, partition, order, createdMs }: BatchPlaceOptions) {
    this.topic = topic;
    this.partition = partition;
    this.order = order;
    this.createdMs = createdMs;
    this.settled = new Promise((resolve) => (this.#markSettled = resolve));
  }

  get recordCount(): number {
    return this.#records.length;
  }

  add(record: EncodedRecord): Promise<Delivery> {
    this.#records.push(record);
    this.sizeBytes += recordBytesMax(record);
    return new Promise((resolve, reject) => {
      this.#waiters.push({ timestamp: record.timestamp, resolve, reject });
    });
  }

  /** The same bytes at every try under one sequence. */
  encode(codec: number): Uint8Array {
    const { sequence } = this;
    this.#encoded ??= buildBatch(this.#records, {
      codec,
      ...(sequence === undefined ? {} : {
        producerId: sequence.producerId,
        producerEpoch: sequence.epoch,
        baseSequence: sequence.base,
      }),
    });
    return this.#encoded;
  }

  setSequence(sequence: Sequence | undefined): void {
    this.sequence = sequence;
    this.#encoded = undefined;
  }

  /** Both as the broker tells them; -1: not told. */
  resolve(baseOffset: bigint, logAppendTimeMs: bigint): void {
    const { topic, partition } = this;
    const first = safeInteger(baseOffset);
    this.#waiters.forEach(({ timestamp, resolve }, i) =>
      resolve({
        topic,
        partition,
        offset: first < 0 ? -1 : first + i,
        timestamp: logAppendTimeMs < 0n ? timestamp : safeInteger(logAppendTimeMs),
      })
    );
    this.#markSettled();
  }

  /** `ofRecords`: what the broker says of some of them, by their place in the batch. */
  reject(error: Error, ofRecords: ReadonlyMap<number, Error> = new Map()): void {
    this.#waiters.forEach(({ reject }, i) => reject(ofRecords.get(i) ?? error));
    this.#markSettled();
  }
}
