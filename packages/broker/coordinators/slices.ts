// Long work a little at a time, so that a thread that has other things to do gets to do them. It
// takes about half of the thread's time: what collects garbage beside it must keep up, else the
// thread waits for that.

import { type Clock, sleep } from "@odradek/base";

/** A collection of garbage may come on top. */
const SLICE_MS = 0.5;
/** The clock is not read for each small step. */
const STEPS_UNWATCHED = 4;

export class Slices {
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  #endMs: number;
  #steps = 0;
  #pauses = 0;

  constructor(clock: Clock, signal: AbortSignal) {
    this.#clock = clock;
    this.#signal = signal;
    this.#endMs = clock.monotonic() + SLICE_MS;
  }

  /** Whether it is time to `pause`. */
  get isOver(): boolean {
    return this.#clock.monotonic() >= this.#endMs;
  }

  /** Asked after each small step: whether it is time to `pause`. */
  get isOverAfterStep(): boolean {
    return ++this.#steps % STEPS_UNWATCHED === 0 && this.isOver;
  }

  /** Lets others go on. Rejects with the signal's reason if it aborts. */
  async pause(): Promise<void> {
    // A timer is at least 1 ms long: as long as two slices.
    if (++this.#pauses % 2 === 0) await sleep(this.#clock, 0, this.#signal);
    else await new Promise<void>((resolve) => this.#clock.soon(resolve));
    this.#signal.throwIfAborted();
    this.#endMs = this.#clock.monotonic() + SLICE_MS;
  }
}
