// A partition's log in memory: gives offsets, recognizes what it has already taken, and says no as
// a broker would. Batches are kept as they came.

import { Batch, readBatches } from "@odradek/protocol/records/batch";
import { readRecords } from "@odradek/protocol/records/record";
import { Refusal } from "@odradek/protocol/refusal";

/** As many as brokers remember of each producer. */
const WINDOW = 5;

interface Kept {
  readonly first: number;
  readonly last: number;
  readonly baseOffset: number;
}

interface ProducerState {
  readonly epoch: number;
  readonly kept: Kept[];
}

export class FakeLog {
  readonly batches: Batch[] = [];
  startOffset = 0;
  endOffset = 0;
  duplicates = 0;
  readonly #producers = new Map<number, ProducerState>();
  #waiters: (() => void)[] = [];

  /** The base offset. Throws Refusal. */
  append(bytes: Uint8Array, leaderEpoch: number): number {
    const [batch] = readBatches(bytes.slice());
    if (batch === undefined || !batch.isCrcValid()) throw new Refusal("CORRUPT_MESSAGE");
    const known = this.#knownOffset(batch);
    if (known !== undefined) {
      this.duplicates++;
      return known;
    }
    const baseOffset = this.endOffset;
    batch.setBaseOffset(baseOffset);
    batch.setLeaderEpoch(leaderEpoch);
    this.batches.push(batch);
    this.endOffset = batch.nextOffset;
    this.#remember(batch, baseOffset);
    for (const wake of this.#waiters.splice(0)) wake();
    return baseOffset;
  }

  /** Of all records, in order. */
  values(): string[] {
    const decoder = new TextDecoder();
    return this.batches.flatMap((batch) =>
      [...readRecords(batch)].map(({ value }) => decoder.decode(value ?? new Uint8Array(0)))
    );
  }

  /** From the batch with the offset to the end, without control over the size. */
  read(offset: number): Uint8Array[] {
    if (offset < this.startOffset || offset > this.endOffset) {
      throw new Refusal("OFFSET_OUT_OF_RANGE");
    }
    return this.batches.filter(({ lastOffset }) => lastOffset >= offset).map(({ bytes }) => bytes);
  }

  /** Calls once, at the next append. */
  notify(wake: () => void): void {
    this.#waiters.push(wake);
  }

  /** The records below go. */
  cut(startOffset: number): void {
    this.startOffset = startOffset;
  }

  #knownOffset({ producerId, producerEpoch, baseSequence, lastSequence }: Batch) {
    const state = this.#producers.get(producerId);
    if (producerId < 0 || state === undefined) return undefined;
    if (producerEpoch < state.epoch) throw new Refusal("INVALID_PRODUCER_EPOCH");
    const isNewEpoch = producerEpoch > state.epoch;
    const same = state.kept.find(({ first, last }) =>
      first === baseSequence && last === lastSequence
    );
    if (!isNewEpoch && same !== undefined) return same.baseOffset;
    const next = isNewEpoch ? 0 : (state.kept.at(-1)?.last ?? -1) + 1;
    if (baseSequence !== next) throw new Refusal("OUT_OF_ORDER_SEQUENCE_NUMBER");
    return undefined;
  }

  #remember(batch: Batch, baseOffset: number): void {
    const { producerId, producerEpoch: epoch } = batch;
    if (producerId < 0) return;
    const state = this.#producers.get(producerId);
    const kept = state?.epoch === epoch ? state.kept : [];
    kept.push({ first: batch.baseSequence, last: batch.lastSequence, baseOffset });
    this.#producers.set(producerId, { epoch, kept: kept.slice(-WINDOW) });
  }
}
