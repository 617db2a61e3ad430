// When gathered records are written: by default at the end of the turn, so that nobody waits; under
// load, when many turns would each write a small batch, after a ms, so that they share one.

import type { Clock } from "@odradek/base";

/** Batches that are written within a ms before others are gathered. */
const BATCHES_MAX = 4;

export class Pace {
  readonly #clock: Clock;
  readonly #lingerMs: number;
  readonly #flush: () => void;
  #isPlanned = false;
  #windowMs = Number.NEGATIVE_INFINITY;
  #batches = 0;

  /** `lingerMs` -1: as said above. */
  constructor(clock: Clock, lingerMs: number, flush: () => void) {
    this.#clock = clock;
    this.#lingerMs = lingerMs;
    this.#flush = flush;
  }

  /** There is something to write. */
  plan(): void {
    if (this.#isPlanned) return;
    this.#isPlanned = true;
    const waitMs = this.#lingerMs < 0 ? this.#waitMs() : this.#lingerMs;
    if (waitMs > 0) this.#clock.schedule(waitMs, () => this.#run());
    else queueMicrotask(() => this.#run());
  }

  #waitMs(): number {
    const now = this.#clock.monotonic();
    if (now - this.#windowMs >= 1) {
      this.#windowMs = now;
      this.#batches = 0;
    }
    return ++this.#batches <= BATCHES_MAX ? 0 : this.#windowMs + 1 - now;
  }

  #run(): void {
    this.#isPlanned = false;
    this.#flush();
  }
}
