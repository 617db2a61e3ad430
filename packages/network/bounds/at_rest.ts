// A thread that has come to rest collects its garbage once. V8 does so when memory is wanted; but a
// start, or topics that were made, leave several times what stays, and an idle node would keep it.

import { type EventLoopUtilization, performance } from "node:perf_hooks";
import { getHeapStatistics } from "node:v8";
import type { Clock, Timer } from "@odradek/base";

/** Of V8, in bytes. */
export interface Heap {
  /** By what lives, and by garbage that nobody has looked for. */
  readonly used: number;
  /** Taken from the system. */
  readonly total: number;
}

export interface AtRestOptions {
  readonly clock: Clock;
  readonly heap?: () => Heap;
  /** The part of the time since it was last asked in which the thread was at work, 0 to 1. */
  readonly busy?: () => number;
  /** Collects all garbage, and gives back what is free. Undefined: this process may not. */
  readonly collect?: (() => void) | undefined;
  /** Gives back what the C library keeps. */
  readonly trim?: () => void;
}

const LOOK_MS = 5000;
/** Who makes more than this between two looks is not at rest; or than a part of what is there. */
const QUIET_BYTES = 512 * 1024;
const QUIET_PART = 1 / 16;
/** Who works for longer only looks quiet: what was made was collected between two looks. */
const BUSY_MAX = 0.01;
/** What may come of it is worth the time. */
const GAIN_BYTES_MIN = 2 * 1024 * 1024;
/** Of more, the pause would be long: V8 does it in steps. */
const USED_BYTES_MAX = 96 * 1024 * 1024;

/** From now on, until it is cancelled: a timer would keep the thread alive. */
export function collectAtRest(options: AtRestOptions): Timer {
  const { clock, heap = ownHeap, busy = ownBusy(), collect = ownCollect(), trim } = options;
  if (collect === undefined) return { cancel: () => undefined };
  /** After the last collection. */
  let kept: Heap = { used: 0, total: 0 };
  let before = heap();
  let timer: Timer;
  const look = (): void => {
    const now = heap();
    const made = Math.abs(now.used - before.used);
    const gain = Math.max(now.used - kept.used, now.total - kept.total);
    before = now;
    const isIdle = busy() <= BUSY_MAX;
    const isQuiet = isIdle && made < Math.max(QUIET_BYTES, now.used * QUIET_PART);
    if (isQuiet && gain >= GAIN_BYTES_MIN && now.used <= USED_BYTES_MAX) {
      collect();
      trim?.();
      kept = heap();
      before = kept;
    }
    timer = clock.schedule(LOOK_MS, look);
  };
  timer = clock.schedule(LOOK_MS, look);
  return { cancel: () => timer.cancel() };
}

function ownHeap(): Heap {
  const { used_heap_size: used, total_heap_size: total } = getHeapStatistics();
  return { used, total };
}

/** Of the thread's event loop. */
function ownBusy(): () => number {
  let before: EventLoopUtilization | undefined;
  return () => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, before);
    before = now;
    return utilization;
  };
}

/** The launcher's flags make it one. */
function ownCollect(): (() => void) | undefined {
  const { gc } = globalThis;
  if (gc === undefined) return undefined;
  return () => void gc({ type: "major", execution: "sync", flavor: "last-resort" });
}
