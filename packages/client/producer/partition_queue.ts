// The batches of one partition on their way: those that wait, and those that are in flight. Keeps
// their order, and gives them sequences (KIP-98).
//
// Several batches may be in flight, if brokers can tell by sequences what they have taken. When one
// fails, a broker refuses those behind it; so nothing new is sent until all are back, and then they
// go again, first to last. Without sequences one batch is in flight at a time.
//
// A batch that is given up leaves a gap in the sequences: the partition goes on in a new epoch,
// from sequence 0. What was sent and has no answer cannot go on under new numbers, or it could be
// in the log twice: it is given up as well.

import { assert } from "@odradek/base";
import { addToSequence } from "@odradek/protocol/records/batch";
import type { Link } from "../cluster/link.ts";
import { BrokerRefused } from "../refused.ts";
import { PendingBatch } from "./pending_batch.ts";
import type { Delivery, EncodedRecord } from "./record.ts";
import { recordBytesMax } from "./record.ts";

/** Who a producer is to the brokers. */
export interface ProducerIdentity {
  readonly producerId: number;
  readonly epoch: number;
}

export interface QueueOptions {
  readonly topic: string;
  readonly partition: number;
  readonly batchBytesMax: number;
  readonly inFlightMax: number;
}

const EPOCH_MAX = 32767;

export class PartitionQueue {
  readonly topic: string;
  readonly partition: number;
  /** Monotonic ms before which nothing is sent again. */
  retryAtMs = 0;
  /** Without a success between them. */
  failures = 0;
  /** The leader that is known has failed, or is none. */
  awaitsMetadata = false;
  readonly #options: QueueOptions;
  #waiting: PendingBatch[] = [];
  readonly #inFlight: PendingBatch[] = [];
  /** Came back, and go again. */
  #failed: PendingBatch[] = [];
  #link: Link | undefined;
  #identity: ProducerIdentity | undefined;
  #nextSequence = 0;
  /** A batch of this identity is in the log: the broker knows what comes next. */
  #isProven = false;
  #hasGap = false;
  #order = 0;

  constructor(options: QueueOptions) {
    this.topic = options.topic;
    this.partition = options.partition;
    this.#options = options;
  }

  get batches(): readonly PendingBatch[] {
    return [...this.#inFlight, ...this.#failed, ...this.#waiting];
  }

  /** The one that would be sent next. */
  get first(): PendingBatch | undefined {
    return this.#waiting[0];
  }

  /** Whether it waits for no more records. */
  get isFirstFull(): boolean {
    return this.#waiting.length > 1 || this.#waiting[0]?.isSealed === true;
  }

  append(record: EncodedRecord, nowMs: number): Promise<Delivery> {
    const bytes = recordBytesMax(record);
    let last = this.#waiting.at(-1);
    if (last === undefined || last.isSealed || last.sizeBytes + bytes > this.#batchBytesMax) {
      if (last !== undefined) last.isSealed = true;
      const { topic, partition } = this;
      last = new PendingBatch({ topic, partition, order: this.#order++, createdMs: nowMs });
      this.#waiting.push(last);
    }
    const delivery = last.add(record);
    if (last.sizeBytes >= this.#batchBytesMax) last.isSealed = true;
    return delivery;
  }

  /** What waits goes without waiting for more. */
  seal(): void {
    for (const batch of this.#waiting) batch.isSealed = true;
  }

  /** Whether the first batch may leave on this connection, for all that was sent before it. */
  maySend(link: Link, identity: ProducerIdentity | undefined): boolean {
    if (this.#waiting.length === 0 || this.#failed.length > 0 || this.#hasGap) return false;
    if (this.#inFlight.length === 0) return true;
    return this.#isProven && this.#link === link &&
      identity?.producerId === this.#identity?.producerId &&
      this.#inFlight.length < this.#options.inFlightMax;
  }

  /** Takes the first batch to send it. `identity`: of the producer, if it has sequences. */
  take(link: Link, identity: ProducerIdentity | undefined): PendingBatch {
    const batch = this.#waiting.shift();
    assert(batch !== undefined, "A batch is taken where one waits");
    batch.isSealed = true;
    if (identity !== undefined && batch.sequence === undefined) this.#number(batch, identity);
    this.#inFlight.push(batch);
    this.#link = link;
    return batch;
  }

  succeeded(batch: PendingBatch): void {
    this.failures = 0;
    this.#isProven = batch.sequence !== undefined;
    this.#land(batch);
  }

  /** To be sent again, after those in flight have come back. */
  failed(batch: PendingBatch): void {
    this.#failed.push(batch);
    this.#land(batch);
  }

  /** In flight no more, and never again. */
  givenUp(batch: PendingBatch): void {
    if (batch.sequence !== undefined) this.#hasGap = true;
    this.#waiting = this.#waiting.filter((one) => one !== batch);
    this.#land(batch);
  }

  /** Whether a batch before this one is missing, so that no broker could take this one. */
  isOneMissingBefore(batch: PendingBatch): boolean {
    return this.#hasGap || this.#failed.some(({ order }) => order < batch.order);
  }

  /** The broker does not go on with these sequences: all begins anew when all are back. */
  restart(): void {
    this.#hasGap = true;
  }

  /** The producer id has no epoch left for this partition: another id is needed. */
  get isSpent(): boolean {
    return this.#identity !== undefined && this.#identity.epoch > EPOCH_MAX;
  }

  get #batchBytesMax(): number {
    return this.#options.batchBytesMax;
  }

  #number(batch: PendingBatch, { producerId, epoch }: ProducerIdentity): void {
    if (this.#identity?.producerId !== producerId) {
      this.#identity = { producerId, epoch };
      this.#nextSequence = 0;
      this.#isProven = false;
    }
    batch.setSequence({ producerId, epoch: this.#identity.epoch, base: this.#nextSequence });
    this.#nextSequence = addToSequence(this.#nextSequence, batch.recordCount);
  }

  #land(batch: PendingBatch): void {
    const at = this.#inFlight.indexOf(batch);
    if (at >= 0) this.#inFlight.splice(at, 1);
    if (this.#inFlight.length > 0) return;
    this.#link = undefined;
    this.#waiting = [...this.#failed, ...this.#waiting].sort((a, b) => a.order - b.order);
    this.#failed = [];
    if (this.#hasGap) this.#closeGap();
  }

  /** All are back: numbers begin with 0 in a new epoch. */
  #closeGap(): void {
    this.#hasGap = false;
    this.#isProven = false;
    this.#nextSequence = 0;
    const identity = this.#identity;
    this.#identity = identity && { ...identity, epoch: identity.epoch + 1 };
    const lost = this.#waiting.filter(({ isUncertain }) => isUncertain);
    this.#waiting = this.#waiting.filter(({ isUncertain }) => !isUncertain);
    for (const batch of this.#waiting) batch.setSequence(undefined);
    const why = "A record before it was given up, and it may be in the log or not";
    for (const batch of lost) batch.reject(new BrokerRefused("OUT_OF_ORDER_SEQUENCE_NUMBER", why));
  }
}
