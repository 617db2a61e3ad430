// What compaction sees of transactions while it walks over a log: which batches were aborted, and
// which markers nobody needs any more, for no batch of their transaction is left.

import type { Batch } from "@odradek/protocol/records/batch";
import { readMarker } from "../producers/markers.ts";
import type { AbortedTransaction } from "../segments/transaction_index.ts";

interface Ongoing {
  readonly transaction: AbortedTransaction;
  hasBatch: boolean;
}

export class TransactionsSeen {
  /** Of the whole part that is walked over, by their first offsets. */
  readonly #aborted: readonly AbortedTransaction[];
  #next = 0;
  readonly #ongoing = new Map<number, Ongoing>();
  /** Producers with batches of a transaction that is not aborted. */
  readonly #committed = new Set<number>();

  constructor(aborted: readonly AbortedTransaction[]) {
    this.#aborted = aborted.toSorted((a, b) => a.firstOffset - b.firstOffset);
  }

  /** Whether a data batch belongs to an aborted transaction. */
  isAborted(batch: Batch): boolean {
    this.#beginUpTo(batch.lastOffset);
    if (!batch.isTransactional) return false;
    const ongoing = this.#ongoing.get(batch.producerId);
    if (ongoing === undefined) this.#committed.add(batch.producerId);
    else ongoing.hasBatch = true;
    return ongoing !== undefined;
  }

  /**
   * What a control batch ends. Empty: no batch of its transaction is left, or it was emptied
   * before. `kept` stays in the index: the transaction that it aborts has batches yet.
   */
  end(batch: Batch): { readonly isEmpty: boolean; readonly kept?: AbortedTransaction } {
    this.#beginUpTo(batch.lastOffset);
    if (batch.recordCount === 0) return { isEmpty: true };
    const marker = readMarker(batch);
    if (marker === undefined) return { isEmpty: false };
    if (marker.isCommit) return { isEmpty: !this.#committed.delete(batch.producerId) };
    const ongoing = this.#ongoing.get(batch.producerId);
    this.#ongoing.delete(batch.producerId);
    if (!ongoing?.hasBatch) return { isEmpty: true };
    return { isEmpty: false, kept: ongoing.transaction };
  }

  #beginUpTo(offset: number): void {
    for (;; this.#next++) {
      const transaction = this.#aborted[this.#next];
      if (transaction === undefined || transaction.firstOffset > offset) return;
      const { producerId } = transaction;
      if (!this.#ongoing.has(producerId)) {
        this.#ongoing.set(producerId, { transaction, hasBatch: false });
      }
    }
  }
}
