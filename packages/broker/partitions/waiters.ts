// Requests that wait for a partition: a fetch for more bytes, a produce for the high watermark. One
// kind of waiter for all of them: it is looked at whenever one of its partitions has moved.

import type { Clock, Timer } from "@odradek/base";

/** Something that partitions move. */
export interface Waitable {
  readonly waiters: Waiters;
}

/** The waiters of one partition. */
export class Waiters {
  /** Made for the first one: nobody waits for most partitions. */
  #waiting: Set<Waiter> | undefined;

  get size(): number {
    return this.#waiting?.size ?? 0;
  }

  add(waiter: Waiter): void {
    this.#waiting ??= new Set();
    this.#waiting.add(waiter);
  }

  remove(waiter: Waiter): void {
    this.#waiting?.delete(waiter);
  }

  /** The high watermark, the last stable offset, the log's start or the leadership has changed. */
  wake(): void {
    if (this.#waiting === undefined) return;
    for (const waiter of this.#waiting) waiter.look();
  }
}

export interface WaitOptions {
  readonly waitables: readonly Waitable[];
  /** Whether what it waits for is there. */
  readonly isReady: () => boolean;
  readonly timeoutMs: number;
  readonly clock: Clock;
  /** The client has gone. */
  readonly signal?: AbortSignal | undefined;
}

export type WaitEnd = "ready" | "timeout" | "aborted";

/** Resolves as soon as it is ready, the time is up, or the signal aborts: never rejects. */
export function waitFor(options: WaitOptions): Promise<WaitEnd> {
  if (options.isReady()) return Promise.resolve("ready");
  if (options.signal?.aborted) return Promise.resolve("aborted");
  return new Promise((resolve) => new Waiter(options, resolve));
}

class Waiter {
  readonly #options: WaitOptions;
  readonly #resolve: (end: WaitEnd) => void;
  readonly #timer: Timer;
  readonly #abort = (): void => this.#end("aborted");

  constructor(options: WaitOptions, resolve: (end: WaitEnd) => void) {
    this.#options = options;
    this.#resolve = resolve;
    this.#timer = options.clock.schedule(options.timeoutMs, () => this.#end("timeout"));
    for (const { waiters } of options.waitables) waiters.add(this);
    options.signal?.addEventListener("abort", this.#abort, { once: true });
  }

  look(): void {
    if (this.#options.isReady()) this.#end("ready");
  }

  #end(end: WaitEnd): void {
    this.#timer.cancel();
    for (const { waiters } of this.#options.waitables) waiters.remove(this);
    this.#options.signal?.removeEventListener("abort", this.#abort);
    this.#resolve(end);
  }
}
