// What has to happen before anything can be sent: a connection, metadata, a producer id. Each is
// under way once at a time, and after a failure it waits.

import type { Clock, Random } from "@odradek/base";
import { type Backoff, backoffMs } from "../cluster/backoff.ts";

interface Preparation {
  isRunning: boolean;
  failures: number;
  retryAtMs: number;
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
    const one = this.#known.get(name) ?? { isRunning: false, failures: 0, retryAtMs: 0 };
    this.#known.set(name, one);
    const { clock, random, backoff, wake } = this.#options;
    if (one.isRunning || clock.monotonic() < one.retryAtMs) return;
    one.isRunning = true;
    action().then(() => {
      this.#known.delete(name);
      wake();
    }, (error: Error) => {
      one.isRunning = false;
      one.failures++;
      const waitMs = backoffMs(one.failures, backoff, random);
      one.retryAtMs = clock.monotonic() + waitMs;
      failed(error);
      clock.schedule(waitMs, wake);
    });
  }
}
