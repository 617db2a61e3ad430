// What has happened, one line per event: simulated time, who, what, and the details. The same seed
// gives the same lines.

import type { Clock } from "@odradek/base";

/** Enough to see what led to a failure. */
const KEPT_LINES = 40;

export class Transcript {
  readonly #clock: Clock;
  readonly #print: ((line: string) => void) | undefined;
  readonly #last: string[] = [];
  #isClosed = false;

  /** `print` gets every line; without it only the last ones are kept. */
  constructor(clock: Clock, print?: (line: string) => void) {
    this.#clock = clock;
    this.#print = print;
  }

  note(who: string, what: string, detail = ""): void {
    if (this.#isClosed) return;
    const seconds = (this.#clock.monotonic() / 1000).toFixed(6).padStart(11);
    const line = `${seconds}  ${who.padEnd(12)}  ${what.padEnd(14)}  ${detail}`.trimEnd();
    this.#print?.(line);
    this.#last.push(line);
    if (this.#last.length > KEPT_LINES) this.#last.shift();
  }

  /** The newest lines, oldest first. */
  get last(): readonly string[] {
    return this.#last;
  }

  /** Nothing is noted any more: what was last stays last. */
  close(): void {
    this.#isClosed = true;
  }
}
