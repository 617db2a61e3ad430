// The port of time. Nothing else in the project reads a clock or sets a timer, so that a
// simulation can own time.

/** A task that is due later. Cancelling twice, or after it ran, does nothing. */
export interface Timer {
  cancel(): void;
}

export interface Clock {
  /** Wall clock, ms since 1970. May jump in both directions: for timestamps only. */
  now(): number;
  /** Monotonic ms with a fraction, from an arbitrary origin: for every wait and timeout. */
  monotonic(): number;
  /** Runs `task` once, `ms` from now. */
  schedule(ms: number, task: () => void): Timer;
  /** Runs `task` once, after what has come in meanwhile. */
  soon(task: () => void): void;
}

/** The machine's clock. Its timers do not keep a process alive that has nothing else to do. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  schedule(ms, task) {
    // What was due already is due now: Node warns of times before.
    const timer = setTimeout(task, Math.max(0, ms));
    return { cancel: () => clearTimeout(timer) };
  },
  // No timer: those that come due while others run would run before anything is read.
  soon: (task) => void setImmediate(task),
};

/** Resolves after `ms`; rejects with the signal's reason as soon as it aborts. */
export function sleep(
  clock: Clock,
  ms: number,
  signal?: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const stop = (): void => {
      timer.cancel();
      reject(signal?.reason);
    };
    const timer = clock.schedule(ms, () => {
      signal?.removeEventListener("abort", stop);
      resolve();
    });
    signal?.addEventListener("abort", stop, { once: true });
  });
}
