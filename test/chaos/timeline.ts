// When acknowledgements came: how long there was none, and how long records waited.

import type { Acknowledgement } from "./history.ts";

/** Between two moments (wall ms), those included; `all` in the order in which they came. */
export function longestGapMs(
  all: readonly Acknowledgement[],
  fromMs: number,
  untilMs: number,
): number {
  let last = fromMs;
  let longest = 0;
  for (const { at } of all) {
    if (at < fromMs) continue;
    if (at > untilMs) break;
    longest = Math.max(longest, at - last);
    last = at;
  }
  return Math.max(longest, untilMs - last);
}

/** 0 of none. */
export function quantileMs(values: readonly number[], quantile: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * quantile))] ?? 0;
}
