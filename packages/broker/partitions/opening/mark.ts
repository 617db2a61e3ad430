// One number for what checkpoint files say of partitions: where they would say something else it is
// another one, but for one chance in 2^53.

import type { Partition } from "../partition.ts";

type Owned = { readonly partition: Partition };

/** `changes`: grows with each partition that comes or goes. */
export function checkpointMark(owned: Iterable<Owned>, changes: number): number {
  const mark = new Mark();
  mark.add(changes);
  for (const { partition: { log, highWatermark } } of owned) {
    mark.add(log.recoveryPoint);
    mark.add(highWatermark);
    mark.add(log.compactedTo ?? -1);
    mark.add(log.startOffset);
  }
  return mark.value;
}

/** Of a row of offsets. */
export class Mark {
  // FNV-1a twice, with other primes.
  #low = 0x811c9dc5;
  #high = 0x1000193;

  /** A safe integer. */
  add(offset: number): void {
    const [below, above] = [offset | 0, Math.floor(offset / 2 ** 32) | 0];
    this.#low = Math.imul(Math.imul(this.#low ^ below, 0x01000193) ^ above, 0x01000193);
    this.#high = Math.imul(Math.imul(this.#high ^ below, 0x85ebca6b) ^ above, 0xc2b2ae35);
    this.#high ^= this.#high >>> 15;
  }

  get value(): number {
    return (this.#high >>> 11) * 2 ** 32 + (this.#low >>> 0);
  }
}
