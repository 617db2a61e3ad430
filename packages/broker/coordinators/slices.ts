// Long work a few ms at a time, so that a thread that has other things to do gets to do them.

import { type Clock, sleep } from "@odradek/base";

const SLICE_MS = 1;
/** The clock is not read for each small step. */
const STEPS_UNWATCHED = 16;

export class Slices {
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  #endMs: number;
  #steps = 0;

  constructor(clock: Clock, signal: AbortSignal) {
    this.#clock = clock;
    this.#signal = signal;
    this.#endMs = clock.monotonic() + SLICE_MS;
  }

  /** Asked after each small step: whether it is time to `pause`. */
  get isOver(): boolean {
    if (++this.#steps % STEPS_UNWATCHED !== 0) return false;
    return this.#clock.monotonic() >= this.#endMs;
  }

  /** Lets others go on. Rejects with the signal's reason if it aborts. */
  async pause(): Promise<void> {
    await sleep(this.#clock, 0, this.#signal);
    this.#endMs = this.#clock.monotonic() + SLICE_MS;
  }
}
