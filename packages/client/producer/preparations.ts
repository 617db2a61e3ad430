// What has to happen before anything can be sent: a connection, metadata, a producer id. Each is
// under way once at a time, and after a failure it waits.

import type { Clock, Random } from "@odradek/base";
import { type Backoff, backoffMs } from "../cluster/backoff.ts";

interface Preparation {
  /** It is under way, or it has failed and the pause is not over. */
  isBusy: boolean;
  failures: number;
}

export interface PreparationsOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly backoff: Backoff;
  /** Something is ready, or may be tried again. */
  readonly wake: () => void;
}

export class Preparations {
  readonly #options: PreparationsOptions;
  readonly #known = new Map<string, Preparation>();

  constructor(options: PreparationsOptions) {
    this.#options = options;
  }

  /** Begins it, unless it is under way or it is too early. `failed` sees why it did not work. */
  begin(name: string, action: () => Promise<unknown>, failed: (error: Error) => void): void {
    const one = this.#known.get(name) ?? { isBusy: false, failures: 0 };
    this.#known.set(name, one);
    const { clock, random, backoff, wake } = this.#options;
    if (one.isBusy) return;
    one.isBusy = true;
    action().then(() => {
      this.#known.delete(name);
      wake();
    }, (error: Error) => {
      one.failures++;
      // The timer ends the pause, not a look at the clock: timers fire a little early, and what was
      // turned away then would not be woken again.
      clock.schedule(backoffMs(one.failures, backoff, random), () => {
        one.isBusy = false;
        wake();
      });
      failed(error);
    });
  }
}
