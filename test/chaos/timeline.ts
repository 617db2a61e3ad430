// What a run felt like for its clients: when acknowledgements came, how long records waited for
// them, and what errors clients met.

export class Timeline {
  /** Wall ms, in the order in which they came. */
  readonly #acknowledgedAt: number[] = [];
  readonly #waitsMs: number[] = [];
  /** How often. None of them is a problem by itself. */
  readonly errors = new Map<string, number>();

  get acknowledgedCount(): number {
    return this.#waitsMs.length;
  }

  acknowledged(sentAt: number): void {
    const now = Date.now();
    this.#acknowledgedAt.push(now);
    this.#waitsMs.push(now - sentAt);
  }

  failed(what: string, { message }: Error): void {
    const name = `${what}: ${message}`;
    this.errors.set(name, (this.errors.get(name) ?? 0) + 1);
  }

  /** The longest time without an acknowledgement between two moments, wall ms. */
  longestGapMs(from: number, until: number): number {
    let last = from;
    let longest = 0;
    for (const at of this.#acknowledgedAt) {
      if (at < from) continue;
      if (at > until) break;
      longest = Math.max(longest, at - last);
      last = at;
    }
    return Math.max(longest, until - last);
  }

  /** That share of records waited no longer. */
  waitMs(share: number): number {
    return quantile(this.#waitsMs, share);
  }
}

/** 0 of none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
