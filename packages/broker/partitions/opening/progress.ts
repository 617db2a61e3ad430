// What a start tells of itself while it opens many partitions: whoever waits for it knows how far
// it is.

import type { Clock } from "@odradek/base";

/** Between two lines. */
const INTERVAL_MS = 1000;

export class OpeningProgress {
  readonly #total: number;
  readonly #clock: Clock;
  readonly #tell: (line: string) => void;
  readonly #startedMs: number;
  #toldMs: number;
  #opened = 0;

  constructor(total: number, clock: Clock, tell: (line: string) => void) {
    this.#total = total;
    this.#clock = clock;
    this.#tell = tell;
    this.#startedMs = clock.monotonic();
    this.#toldMs = this.#startedMs;
  }

  /** One more is open. Nothing is told of what takes no time. */
  opened(): void {
    this.#opened++;
    const now = this.#clock.monotonic();
    const isLast = this.#opened === this.#total && this.#toldMs > this.#startedMs;
    if (now - this.#toldMs < INTERVAL_MS && !isLast) return;
    this.#toldMs = now;
    const seconds = ((now - this.#startedMs) / 1000).toFixed(1);
    this.#tell(`Opened ${this.#opened} of ${this.#total} partitions in ${seconds} s`);
  }
}
