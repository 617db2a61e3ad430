// Tries until it works, a refusal is final, or time is up.

import { type Clock, type Random, sleep } from "@odradek/base";
import { mayRetry } from "../refused.ts";
import { type Backoff, backoffMs } from "./backoff.ts";

export interface Persistence {
  readonly clock: Clock;
  readonly random: Random;
  readonly backoff: Backoff;
  /** Of all tries together. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Told of each failure that is followed by another try. */
  readonly failed: (error: Error) => void;
}

/** What `attempt` gives, or its last failure. */
export async function persist<T>(
  persistence: Persistence,
  attempt: () => Promise<T>,
): Promise<T> {
  const { clock, random, backoff, timeoutMs, signal, failed } = persistence;
  const deadlineMs = clock.monotonic() + timeoutMs;
  for (let failures = 1;; failures++) {
    try {
      signal?.throwIfAborted();
      return await attempt();
    } catch (error) {
      if (!mayRetry(error)) throw error;
      failed(error);
      const waitMs = backoffMs(failures, backoff, random);
      if (clock.monotonic() + waitMs >= deadlineMs) throw error;
      await sleep(clock, waitMs, signal);
    }
  }
}
