// What has happened, one line per event: simulated time, who, what, and the details. The same seed
// gives the same lines.

import type { Clock } from "@odradek/base";

export class Transcript {
  readonly #clock: Clock;
  readonly #print: ((line: string) => void) | undefined;
  #isClosed = false;

  /** Without `print` nobody wants to know. */
  constructor(clock: Clock, print?: (line: string) => void) {
    this.#clock = clock;
    this.#print = print;
  }

  note(who: string, what: string, detail = ""): void {
    if (this.#isClosed || this.#print === undefined) return;
    const seconds = (this.#clock.monotonic() / 1000).toFixed(6).padStart(11);
    this.#print(`${seconds}  ${who.padEnd(12)}  ${what.padEnd(14)}  ${detail}`.trimEnd());
  }

  /** Nothing is noted any more: what was last stays last. */
  close(): void {
    this.#isClosed = true;
  }
}
