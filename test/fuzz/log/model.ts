// What a log must hold, as a plain array of batches: every one that was appended and not cut off.

import { Batch } from "@odradek/protocol/records/batch";
import { readRecords } from "@odradek/protocol/records/record";

export class LogModel {
  /** Also those below the start: a crash may bring them back. */
  batches: Batch[] = [];
  startOffset = 0;
  endOffset = 0;
  /** Leader epochs below were forgotten, also if a crash brings the records back. */
  forgottenTo = 0;

  /** As they are stored; the bytes are the model's own. */
  append(batches: readonly Batch[]): void {
    for (const batch of batches) {
      this.batches.push(new Batch(batch.bytes.slice()));
      this.endOffset = batch.nextOffset;
    }
  }

  /** Batches that hold an offset or lie behind it go. */
  truncateTo(offset: number): void {
    if (offset >= this.endOffset) return;
    const cut = this.batches.find(({ lastOffset }) => lastOffset >= offset);
    this.endOffset = Math.min(offset, cut?.baseOffset ?? offset);
    this.batches = this.batches.filter(({ lastOffset }) => lastOffset < offset);
    this.startOffset = Math.min(this.startOffset, this.endOffset);
  }

  truncateFully(offset: number): void {
    this.batches = [];
    [this.startOffset, this.endOffset] = [offset, offset];
  }

  deleteBefore(offset: number): void {
    this.startOffset = Math.max(this.startOffset, offset);
    this.forgottenTo = Math.max(this.forgottenTo, offset);
  }

  /** From the batch that holds an offset on. */
  from(offset: number): readonly Batch[] {
    return this.batches.filter(({ lastOffset }) => lastOffset >= offset);
  }

  /** The first record with a timestamp or a later one. */
  firstAt(timestamp: number): number | undefined {
    for (const batch of this.from(this.startOffset)) {
      for (const { offset, timestamp: own } of readRecords(batch)) {
        if (offset >= this.startOffset && own >= timestamp) return offset;
      }
    }
    return undefined;
  }
}
