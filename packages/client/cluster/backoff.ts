// How long to wait before the next try: doubles with each failure, and differs by chance, so that
// many clients do not come back at the same moment.

import type { Random } from "@odradek/base";

export interface Backoff {
  readonly firstMs: number;
  readonly mostMs: number;
}

/** `failures`: in a row, from 1. Within a fifth of the doubled time. */
export function backoffMs(failures: number, { firstMs, mostMs }: Backoff, random: Random): number {
  const base = Math.min(mostMs, firstMs * 2 ** Math.min(failures - 1, 30));
  return base * (0.8 + random.below(401) / 1000);
}
