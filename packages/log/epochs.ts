// The leader epochs of a log: which epoch began at which offset. Followers find by it where their
// log left the leader's (KIP-101, KIP-279), clients where theirs was truncated (KIP-320).

import type { EpochEntry } from "./directories/checkpoints.ts";

export interface EpochEnd {
  /** -1: unknown. */
  readonly epoch: number;
  /** -1: unknown. */
  readonly endOffset: number;
}

const UNKNOWN: EpochEnd = { epoch: -1, endOffset: -1 };

/** Ascending in epoch and in offset. */
export class LeaderEpochs {
  #entries: EpochEntry[];

  constructor(entries: readonly EpochEntry[] = []) {
    this.#entries = [...entries];
  }

  get entries(): readonly EpochEntry[] {
    return this.#entries;
  }

  /** -1 if there is none. */
  get latest(): number {
    return this.#entries.at(-1)?.epoch ?? -1;
  }

  /**
   * Whether something has changed: the file must be written. Epochs in which nothing was written
   * leave no trace where records follow, also records of an epoch before them. Else: (1) a replica
   * leads an epoch and writes nothing; (2) it fetches from the next leader what is of the epoch
   * before its own, and takes it for its own; (3) the leader does not know that one, and the
   * replica cuts off what it has just said to have.
   */
  assign(epoch: number, startOffset: number): boolean {
    if (epoch < 0 || epoch === this.latest) return false;
    const kept = this.#entries.filter((entry) => entry.startOffset < startOffset);
    const isNew = epoch > (kept.at(-1)?.epoch ?? -1);
    if (!isNew && kept.length === this.#entries.length) return false;
    // Most logs have one: it takes the room of one.
    this.#entries = isNew ? kept.concat({ epoch, startOffset }) : kept;
    return true;
  }

  /**
   * Where an epoch ended: for the latest one the end of the log; for one below all that are known
   * the start of the first; else the greatest known one at or below it and the start of the next.
   */
  endOffsetFor(epoch: number, logEndOffset: number): EpochEnd {
    const { latest } = this;
    if (epoch === UNKNOWN.epoch || latest < 0 || epoch > latest) return UNKNOWN;
    if (epoch === latest) return { epoch, endOffset: logEndOffset };
    const next = this.#entries.findIndex((entry) => entry.epoch > epoch);
    const endOffset = this.#entries[next]?.startOffset ?? logEndOffset;
    return { epoch: this.#entries[next - 1]?.epoch ?? epoch, endOffset };
  }

  /** The epoch of the record at an offset; -1 if it is older than all that are known. */
  epochAt(offset: number): number {
    return this.#entries.findLast((entry) => entry.startOffset <= offset)
      ?.epoch ?? -1;
  }

  /** Whether something went. */
  truncateFromEnd(endOffset: number): boolean {
    const before = this.#entries.length;
    this.#entries = this.#entries.filter((entry) => entry.startOffset < endOffset);
    return this.#entries.length !== before;
  }

  /** The epoch that holds the new start begins there. Whether something changed. */
  truncateFromStart(startOffset: number): boolean {
    const kept = this.#entries.findLastIndex((entry) => entry.startOffset <= startOffset);
    const first = this.#entries[kept];
    if (
      first === undefined || (kept === 0 && first.startOffset === startOffset)
    ) return false;
    this.#entries = [
      { epoch: first.epoch, startOffset },
      ...this.#entries.slice(kept + 1),
    ];
    return true;
  }
}

export interface Truncation {
  readonly offset: number;
  /** Both logs are the same below; else the leader must be asked again, for an older epoch. */
  readonly isAgreed: boolean;
}

/**
 * To which offset a follower cuts its log when the leader has told where an epoch ended there: the
 * end of that epoch, here or there; or here the end of the greatest older epoch, if this log does
 * not know that one (KIP-279).
 */
export function truncationFor(
  leader: EpochEnd,
  { epochs, endOffset }: { readonly epochs: LeaderEpochs; readonly endOffset: number },
): Truncation {
  const own = epochs.endOffsetFor(leader.epoch, endOffset);
  // Without epochs of its own a log can only believe the leader.
  if (leader.epoch < 0 || own.epoch < 0) {
    return { offset: Math.min(leader.endOffset, endOffset), isAgreed: true };
  }
  if (own.epoch !== leader.epoch) {
    return { offset: Math.min(own.endOffset, endOffset), isAgreed: false };
  }
  return { offset: Math.min(own.endOffset, leader.endOffset, endOffset), isAgreed: true };
}
