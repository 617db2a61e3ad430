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

  /**
   * Takes these away from the front; those that are not there are passed over, and those that go
   * already with all others: their files are somebody else's work.
   */
  removeFirst(doomed: readonly Segment[]): readonly Segment[] {
    const mayGo = (segment: Segment | undefined): boolean =>
      segment !== undefined && !segment.isGone && doomed.includes(segment);
    let count = 0;
    while (count < this.#segments.length - 1 && mayGo(this.#segments[count])) count++;
    const removed = this.#segments.slice(0, count);
    this.#segments = this.#segments.slice(count);
    for (const segment of removed) segment.part();
    return removed;
  }

  /** Takes away those that begin at an offset or behind it, never the first one. */
  removeFrom(offset: number): readonly Segment[] {
    const removed = this.#segments.filter(({ baseOffset }, i) => i > 0 && baseOffset >= offset);
    this.#segments = this.#segments.filter((segment) => !removed.includes(segment));
    for (const segment of removed) segment.part();
    return removed;
  }

  /** Neighbours make way for one that holds what is left of them. */
  replace(sources: readonly Segment[], compacted: Segment): void {
    const at = this.#segments.indexOf(sources[0] as Segment);
    assert(at >= 0 && sources.every((one, i) => this.#segments[at + i] === one), "They are there");
    this.#segments = this.#segments.toSpliced(at, sources.length, compacted);
    for (const segment of sources) segment.part();
  }

  replaceAll(segments: readonly Segment[]): void {
    this.#segments = segments;
  }

  /** Where the next segment begins; undefined for the last one. One that has gone is empty. */
  endOf(segment: Segment): number | undefined {
    const index = this.#segments.indexOf(segment);
    return index < 0 ? segment.baseOffset : this.#segments[index + 1]?.baseOffset;
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
