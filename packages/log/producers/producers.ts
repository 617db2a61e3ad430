// What a partition remembers of each producer id: enough to answer a repeated batch as before and
// to refuse one that is out of order (KIP-98), and where its open transaction began.
//
// The rules, in order: a batch equal in epoch and sequences to one of the last five is a duplicate;
// an older epoch is refused; a newer epoch begins with sequence 0; the same epoch goes on with the
// next sequence. An id that is not known may begin anywhere: its records may have been deleted.

import type { Batch } from "@odradek/protocol/records/batch";
import { addToSequence, NO_SEQUENCE } from "@odradek/protocol/records/batch";
import { Refusal } from "@odradek/protocol/refusal";
import type { AbortedTransaction } from "../segments/transaction_index.ts";
import { readMarker } from "./markers.ts";

/** The window in which pipelined requests of one producer may be repeated. */
const KEPT_BATCHES = 5;

/** A batch that was appended. */
export interface KeptBatch {
  readonly firstSequence: number;
  readonly lastSequence: number;
  readonly firstOffset: number;
  readonly lastOffset: number;
  /** ms: the batch's max timestamp. */
  readonly timestamp: number;
}

export interface ProducerState {
  readonly producerId: number;
  readonly epoch: number;
  /** Oldest first, at most five. */
  readonly batches: readonly KeptBatch[];
  /** Of the transaction coordinator that wrote the last marker; -1 if none did. */
  readonly coordinatorEpoch: number;
  /** ms: of the last batch or marker. */
  readonly lastTimestamp: number;
  /** Where its open transaction began; -1 if it has none. */
  readonly transactionFirstOffset: number;
}

/** The end of a transaction, as its marker says. */
export interface TransactionEnd {
  readonly producerId: number;
  readonly epoch: number;
  readonly coordinatorEpoch: number;
  /** Of the marker. */
  readonly offset: number;
  readonly timestamp: number;
}

/** Most partitions have no producer that they must remember: those share what is empty. */
const NO_STATES: ReadonlyMap<number, ProducerState> = new Map();
const NONE_OPEN: ReadonlyMap<number, number> = new Map();
const NONE_FINISHED: readonly never[] = [];

export class ProducerStates {
  #states = NO_STATES as Map<number, ProducerState>;
  /** First offsets of open transactions by producer id: in log order, hence ascending. */
  #open = NONE_OPEN as Map<number, number>;
  /**
   * Finished transactions whose marker may still lie above the high watermark: first and last
   * offset.
   */
  #finished: readonly { readonly firstOffset: number; readonly lastOffset: number }[] =
    NONE_FINISHED;

  constructor(states: Iterable<ProducerState> = []) {
    for (const state of states) this.#set(state);
    if (this.#states === NO_STATES) return;
    const open = this.all().filter((state) => state.transactionFirstOffset >= 0)
      .sort((a, b) => a.transactionFirstOffset - b.transactionFirstOffset);
    for (const state of open) {
      this.#begin(state.producerId, state.transactionFirstOffset);
    }
  }

  #set(state: ProducerState): void {
    if (this.#states === NO_STATES) this.#states = new Map();
    this.#states.set(state.producerId, state);
  }

  #begin(producerId: number, firstOffset: number): void {
    if (this.#open === NONE_OPEN) this.#open = new Map();
    this.#open.set(producerId, firstOffset);
  }

  get(producerId: number): ProducerState | undefined {
    return this.#states.get(producerId);
  }

  /** In the order in which the ids were first seen. */
  all(): ProducerState[] {
    return [...this.#states.values()];
  }

  /**
   * Whether a client's batch may be appended. Returns the batch that it repeats, if it does.
   * Refuses with INVALID_PRODUCER_EPOCH, OUT_OF_ORDER_SEQUENCE_NUMBER or INVALID_TXN_STATE.
   */
  check(batch: Batch): KeptBatch | undefined {
    const state = this.#states.get(batch.producerId);
    if (state === undefined) return undefined;
    const repeated = duplicateOf(state, batch);
    if (repeated !== undefined) return repeated;
    checkEpochAndSequence(state, batch);
    if (state.transactionFirstOffset >= 0 && !batch.isTransactional) {
      throw new Refusal(
        "INVALID_TXN_STATE",
        `Producer ${state.producerId} has an open transaction on this partition`,
      );
    }
    return undefined;
  }

  /** After a data batch with a producer id was appended, by a client, replication or recovery. */
  update(batch: Batch): void {
    const { producerId, producerEpoch: epoch, maxTimestamp } = batch;
    const state = this.#states.get(producerId);
    const known = state?.epoch === epoch ? state.batches : [];
    const kept: KeptBatch = {
      firstSequence: batch.baseSequence,
      lastSequence: batch.lastSequence,
      firstOffset: batch.baseOffset,
      lastOffset: batch.lastOffset,
      timestamp: maxTimestamp,
    };
    const open = state?.transactionFirstOffset ?? -1;
    const begins = batch.isTransactional && open < 0;
    if (begins) this.#begin(producerId, batch.baseOffset);
    this.#set({
      producerId,
      epoch,
      batches: [...known.slice(1 - KEPT_BATCHES), kept],
      coordinatorEpoch: state?.coordinatorEpoch ?? -1,
      lastTimestamp: maxTimestamp,
      transactionFirstOffset: begins ? batch.baseOffset : open,
    });
  }

  /** After a marker was appended. Returns where the transaction began, -1 if none was open. */
  end(marker: TransactionEnd): number {
    const { producerId, epoch } = marker;
    const state = this.#states.get(producerId);
    const firstOffset = state?.transactionFirstOffset ?? -1;
    this.#set({
      producerId,
      epoch,
      batches: state?.epoch === epoch ? state.batches : [],
      coordinatorEpoch: marker.coordinatorEpoch,
      lastTimestamp: marker.timestamp,
      transactionFirstOffset: -1,
    });
    this.#open.delete(producerId);
    if (firstOffset >= 0) {
      this.#finished = [...this.#finished, { firstOffset, lastOffset: marker.offset }];
    }
    return firstOffset;
  }

  /** Where the oldest transaction began that is open; undefined if none is. */
  get oldestOpenOffset(): number | undefined {
    return this.#open.values().next().value;
  }

  /**
   * The first offset that read_committed may not pass: of the oldest open transaction, or of a
   * finished one whose marker is not below the high watermark yet. Infinity if there is none.
   */
  firstUndecidedOffset(highWatermark: number): number {
    if (this.#finished.length > 0) {
      this.#finished = this.#finished.filter((one) => one.lastOffset >= highWatermark);
    }
    return this.#finished.reduce(
      (a, { firstOffset }) => Math.min(a, firstOffset),
      this.oldestOpenOffset ?? Number.POSITIVE_INFINITY,
    );
  }

  /** Forgets ids that were idle for so long and have no open transaction. */
  expire(now: number, idleMsMax: number): void {
    for (const state of this.#states.values()) {
      const isOpen = state.transactionFirstOffset >= 0;
      if (!isOpen && now - state.lastTimestamp >= idleMsMax) {
        this.#states.delete(state.producerId);
      }
    }
  }
}

function duplicateOf(
  state: ProducerState,
  batch: Batch,
): KeptBatch | undefined {
  if (state.epoch !== batch.producerEpoch) return undefined;
  return state.batches.find((kept) =>
    kept.firstSequence === batch.baseSequence &&
    kept.lastSequence === batch.lastSequence
  );
}

function checkEpochAndSequence(state: ProducerState, batch: Batch): void {
  const { producerId, producerEpoch: epoch, baseSequence } = batch;
  if (epoch < state.epoch) {
    throw new Refusal(
      "INVALID_PRODUCER_EPOCH",
      `Epoch ${epoch} of producer ${producerId} is older than ${state.epoch}`,
    );
  }
  const last = epoch === state.epoch ? lastSequence(state) : NO_SEQUENCE;
  if (baseSequence !== (last === NO_SEQUENCE ? 0 : addToSequence(last, 1))) {
    throw new Refusal(
      "OUT_OF_ORDER_SEQUENCE_NUMBER",
      `Sequence ${baseSequence} of producer ${producerId} does not follow ${last}`,
    );
  }
}

/** -1 if only markers are known. */
export function lastSequence(state: ProducerState): number {
  return state.batches.at(-1)?.lastSequence ?? NO_SEQUENCE;
}

/** Of the last data batch; -1 if only markers are known. */
export function lastDataOffset(state: ProducerState): number {
  return state.batches.at(-1)?.lastOffset ?? -1;
}

/**
 * Takes in what a batch of the log says of its producer: data or the end of a transaction. Returns
 * the transaction that it aborts, if it does.
 */
export function replay(states: ProducerStates, batch: Batch): AbortedTransaction | undefined {
  if (batch.producerId < 0) return undefined;
  const marker = readMarker(batch);
  if (marker === undefined) {
    if (!batch.isControl) states.update(batch);
    return undefined;
  }
  const firstOffset = states.end(marker);
  if (marker.isCommit || firstOffset < 0) return undefined;
  const { producerId, offset: lastOffset } = marker;
  const lastStableOffset = states.oldestOpenOffset ?? lastOffset + 1;
  return { producerId, firstOffset, lastOffset, lastStableOffset };
}
