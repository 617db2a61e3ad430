// How many requests a connection has carried out before the other connections of its thread come.
// One that floods alone has long turns; where several do, turns are short, so that a client that
// asks for one thing waits for little.

import type { Clock } from "@odradek/base";

/** Of all connections together that have more at once than their turn. */
const REQUESTS = 256;

export class Turns {
  readonly #clock: Clock;
  #resting = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Of a connection whose turn is now. */
  get requestsMax(): number {
    return Math.max(1, Math.floor(REQUESTS / (this.#resting + 1)));
  }

  /** Its turn is over; `again` is called when everybody else has had one. */
  rest(again: () => void): void {
    this.#resting++;
    this.#clock.soon(() => {
      this.#resting--;
      again();
    });
  }
}
