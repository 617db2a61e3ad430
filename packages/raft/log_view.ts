// The log as the core sees it: offsets and epochs, no records. It shows what the core has emitted
// and what it was told of, at once; the disk follows. Only the core makes new versions of it.

import { assert, type Epoch, epoch, type Offset } from "@odradek/base";

/** The first offset of an epoch, as in `leader-epoch-checkpoint`. */
export interface EpochStart {
  readonly epoch: Epoch;
  readonly startOffset: Offset;
}

/**
 * A part of the log from its beginning, named by its end and the epoch of its last record. Two
 * logs that hold the same prefix hold the same records in it (Raft §5.3, log matching).
 */
export interface LogPrefix {
  /** The offset after the last record. */
  readonly endOffset: Offset;
  readonly epoch: Epoch;
}

export interface LogBounds {
  /** The first offset; everything below it is in a snapshot. */
  readonly startOffset: Offset;
  readonly endOffset: Offset;
  /**
   * Ascending. A log that begins behind a snapshot has the snapshot's epoch as first entry, even
   * while it holds no record.
   */
  readonly epochs: readonly EpochStart[];
}

/** Immutable. */
export class LogView implements LogBounds {
  readonly startOffset: Offset;
  readonly endOffset: Offset;
  readonly epochs: readonly EpochStart[];

  constructor({ startOffset, endOffset, epochs }: LogBounds) {
    this.startOffset = startOffset;
    this.endOffset = endOffset;
    this.epochs = epochs;
    const state = { startOffset, endOffset };
    assert(startOffset <= endOffset, "A log starts before it ends", state);
    const coveredFrom = epochs[0]?.startOffset ?? endOffset;
    assert(coveredFrom <= startOffset, "Every record of the log has an epoch", state);
    assert(isAscending(epochs, endOffset), "The epochs of a log ascend", state);
  }

  /** Of the last record or, without any, of the snapshot before. 0 without both, as in a Vote. */
  get lastEpoch(): Epoch {
    return this.epochs.at(-1)?.epoch ?? epoch(0);
  }

  /**
   * The greatest known epoch that is not above the asked one, and where it ends (KIP-101,
   * KIP-279). Below the first known epoch: the asked one and the start of the first. Undefined
   * above the last.
   */
  endOffsetFor(asked: Epoch): LogPrefix | undefined {
    if (asked > this.lastEpoch) return undefined;
    const next = this.epochs.findIndex((start) => start.epoch > asked);
    const found = next === -1 ? this.epochs.at(-1) : this.epochs[next - 1];
    const endOffset = this.epochs[next]?.startOffset ?? this.endOffset;
    return { epoch: found?.epoch ?? asked, endOffset };
  }

  /** Whether the log has at least one record, ends at or after this prefix, and begins with it. */
  holds({ endOffset, epoch }: LogPrefix): boolean {
    if (endOffset <= this.startOffset || endOffset > this.endOffset) return false;
    return this.epochs.findLast((start) => start.startOffset < endOffset)?.epoch === epoch;
  }

  /** With records of this epoch up to that end. */
  append({ endOffset, epoch }: LogPrefix): LogView {
    const state = { epoch, endOffset, lastEpoch: this.lastEpoch, end: this.endOffset };
    assert(endOffset > this.endOffset, "An append makes the log longer", state);
    assert(epoch >= this.lastEpoch, "The epochs of a log ascend", state);
    const known = this.epochs.at(-1)?.epoch === epoch;
    const epochs = known ? this.epochs : [...this.epochs, { epoch, startOffset: this.endOffset }];
    return new LogView({ startOffset: this.startOffset, endOffset, epochs });
  }

  /** Without the records from this offset on. */
  truncate(endOffset: Offset): LogView {
    const state = { endOffset, start: this.startOffset, end: this.endOffset };
    assert(endOffset >= this.startOffset, "A log is not cut back behind its start", state);
    if (endOffset >= this.endOffset) return this;
    // Behind a snapshot the log keeps its epoch, also without a record.
    const epochs = this.epochs.filter((start, i) =>
      start.startOffset < endOffset || (i === 0 && endOffset > 0)
    );
    return new LogView({ startOffset: this.startOffset, endOffset, epochs });
  }

  /** Without the records below this offset, which a snapshot holds. */
  advanceStart(startOffset: Offset): LogView {
    if (startOffset <= this.startOffset) return this;
    const { endOffset } = this;
    // Of the last record below, with which the snapshot ends.
    const first = this.epochs.findLastIndex((start) => start.startOffset < startOffset);
    return new LogView({ startOffset, endOffset, epochs: this.epochs.slice(Math.max(first, 0)) });
  }
}

/** The empty log behind a snapshot. */
export function logBehind({ endOffset, epoch }: LogPrefix): LogView {
  const epochs = [{ epoch, startOffset: endOffset }];
  return new LogView({ startOffset: endOffset, endOffset, epochs });
}

/** Whether a log that ends so has everything that one that ends otherwise may have committed. */
export function isUpToDate(log: LogPrefix, other: LogPrefix): boolean {
  if (log.epoch !== other.epoch) return log.epoch > other.epoch;
  return log.endOffset >= other.endOffset;
}

/** The log of a node that has never written. */
export const EMPTY_LOG: LogView = new LogView({
  startOffset: 0 as Offset,
  endOffset: 0 as Offset,
  epochs: [],
});

function isAscending(epochs: readonly EpochStart[], endOffset: Offset): boolean {
  return epochs.every((start, i) => {
    const next = epochs[i + 1];
    if (next === undefined) return start.startOffset <= endOffset;
    return start.epoch < next.epoch && start.startOffset <= next.startOffset;
  });
}
