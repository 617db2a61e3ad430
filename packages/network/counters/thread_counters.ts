// What one thread of a node counts, in memory that the main thread reads whenever it is asked for
// metrics: requests, connections, and how late the thread is. Counting never waits, and reading
// disturbs nobody. Every thread has memory of its own.

import { DURATION_BUCKETS, durationBucket } from "./durations.ts";
import { RequestCounters } from "./request_counters.ts";

/** As many as `NodeBounds` has. */
const LISTENERS_MAX = 60;

const [BEAT_MS, BUGS, LAGS_AT] = [0, 1, 2];
const OPENED_AT = LAGS_AT + DURATION_BUCKETS;
const CLOSED_AT = OPENED_AT + LISTENERS_MAX;
const REQUESTS_AT = CLOSED_AT + LISTENERS_MAX;
const CELLS = REQUESTS_AT + RequestCounters.CELLS;

export class ThreadCounters {
  /** Handed to the main thread, or by it. Pages that nothing is counted in are not there. */
  readonly memory: SharedArrayBuffer;
  readonly requests: RequestCounters;
  readonly #cells: Float64Array;

  constructor(memory = new SharedArrayBuffer(CELLS * Float64Array.BYTES_PER_ELEMENT)) {
    this.memory = memory;
    this.#cells = new Float64Array(memory);
    this.requests = new RequestCounters(this.#cells.subarray(REQUESTS_AT));
  }

  /** `listener`: its number in this node. */
  opened(listener: number): void {
    this.#add(OPENED_AT + listener);
  }

  closed(listener: number): void {
    this.#add(CLOSED_AT + listener);
  }

  /** Connections since the start. */
  openedCount(listener: number): number {
    return this.#cell(OPENED_AT + listener);
  }

  closedCount(listener: number): number {
    return this.#cell(CLOSED_AT + listener);
  }

  /** A mistake of ours that a request has met. */
  metBug(): void {
    this.#add(BUGS);
  }

  get bugs(): number {
    return this.#cell(BUGS);
  }

  /** The thread is alive, and so many ms later than it wanted to be. Wall clock, ms. */
  beat(nowMs: number, lateMs: number): void {
    this.#cells[BEAT_MS] = nowMs;
    this.#add(LAGS_AT + durationBucket(lateMs));
  }

  /** Wall clock, ms, of the last time; 0: it has not begun. */
  get beatAtMs(): number {
    return this.#cell(BEAT_MS);
  }

  /** A copy: how late it was, how often. See `durations.ts`. */
  get lags(): Float64Array {
    return this.#cells.slice(LAGS_AT, OPENED_AT);
  }

  #add(at: number): void {
    this.#cells[at] = this.#cell(at) + 1;
  }

  #cell(at: number): number {
    return this.#cells[at] ?? 0;
  }
}
