// The segments of a log in offset order. There is always one: the last is written to.

import { assert } from "@odradek/base";
import type { Segment } from "./segment.ts";

export class SegmentList {
  #segments: readonly Segment[];

  /** Ascending. */
  constructor(segments: readonly Segment[]) {
    this.#segments = segments;
  }

  get all(): readonly Segment[] {
    return this.#segments;
  }

  get active(): Segment {
    const active = this.#segments.at(-1);
    assert(active !== undefined, "A log has a segment");
    return active;
  }

  get startOffset(): number {
    return this.#segments[0]?.baseOffset ?? 0;
  }

  get sizeBytes(): number {
    return this.#segments.reduce((sum, segment) => sum + segment.sizeBytes, 0);
  }

  push(segment: Segment): void {
    this.#segments = [...this.#segments, segment];
  }

  /** Takes these away from the front; those that are not there are passed over. */
  removeFirst(doomed: readonly Segment[]): readonly Segment[] {
    let count = 0;
    while (count < this.#segments.length - 1 && doomed.includes(this.#segments[count] as Segment)) {
      count++;
    }
    const removed = this.#segments.slice(0, count);
    this.#segments = this.#segments.slice(count);
    for (const segment of removed) segment.part();
    return removed;
  }

  /** Where the next segment begins; undefined for the last one. */
  endOf(segment: Segment): number | undefined {
    return this.#segments[this.#segments.indexOf(segment) + 1]?.baseOffset;
  }

  /** Of the last segment that begins at or before an offset. */
  indexOf(offset: number): number {
    const last = this.#segments.length - 1;
    // Most reads are of the newest segment.
    for (let i = last; i > Math.max(0, last - 4); i--) {
      if ((this.#segments[i]?.baseOffset ?? 0) <= offset) return i;
    }
    let [low, high] = [0, last];
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((this.#segments[middle]?.baseOffset ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
