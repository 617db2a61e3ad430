// Times that were measured, and what is told of them.

export class Latencies {
  readonly #times: number[] = [];
  #sum = 0;
  #max = 0;
  #isSorted = true;

  /** ms */
  add(time: number): void {
    this.#times.push(time);
    this.#sum += time;
    this.#max = Math.max(this.#max, time);
    this.#isSorted = false;
  }

  get count(): number {
    return this.#times.length;
  }

  /** 0 if nothing was measured, as the others. */
  get average(): number {
    return this.count === 0 ? 0 : this.#sum / this.count;
  }

  get max(): number {
    return this.#max;
  }

  /** The smallest time that is larger than this part (0 to 1) of all others. */
  percentile(part: number): number {
    if (!this.#isSorted) this.#times.sort((a, b) => a - b);
    this.#isSorted = true;
    return this.#times[Math.min(this.count - 1, Math.trunc(part * this.count))] ?? 0;
  }
}
