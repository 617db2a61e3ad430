// A thread's pulse: twice a second it says that it is alive, and how late it is. What waits for
// an event loop that is busy waits as long.

import type { Clock, Timer } from "@odradek/base";
import type { ThreadCounters } from "./thread_counters.ts";

/** An idle node is not to work for it. */
const BEAT_MS = 500;

/**
 * From now on, until it is cancelled: a timer would keep the thread alive. `beaten`: what else is
 * to be done as often.
 */
export function startPulse(
  clock: Clock,
  counters: ThreadCounters,
  beaten: () => void = () => undefined,
): Timer {
  let dueMs = clock.monotonic();
  let timer: Timer;
  const beat = (): void => {
    const nowMs = clock.monotonic();
    counters.beat(clock.now(), Math.max(0, nowMs - dueMs));
    beaten();
    dueMs = nowMs + BEAT_MS;
    timer = clock.schedule(BEAT_MS, beat);
  };
  beat();
  return { cancel: () => timer.cancel() };
}
