// What was counted lately, out of counts that begin with the process: quantiles since yesterday
// tell nobody how a node does now.

/** What is told goes back this far, or up to twice as far. */
const WINDOW_MS = 60_000;

interface Mark {
  readonly atMs: number;
  readonly counts: ReadonlyMap<string, Float64Array>;
}

export class Windows {
  #before: Mark = { atMs: 0, counts: new Map() };
  #last: Mark = { atMs: 0, counts: new Map() };

  /** What has been added to the counts of each name lately. Monotonic ms. */
  recent(
    now: ReadonlyMap<string, Float64Array>,
    nowMs: number,
  ): ReadonlyMap<string, Float64Array> {
    if (nowMs - this.#last.atMs >= WINDOW_MS) {
      this.#before = this.#last;
      this.#last = { atMs: nowMs, counts: now };
    }
    const { counts } = this.#before;
    return new Map([...now].map(([name, all]) => {
      const then = counts.get(name);
      return [name, all.map((count, i) => count - (then?.[i] ?? 0))];
    }));
  }
}
