// Offsets that somebody has passed, as ranges that grow, meet and become one.

export interface Range {
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
}

export class Ranges {
  /** Ascending; none touches the next. */
  #all: Range[] = [];

  get all(): readonly Range[] {
    return this.#all;
  }

  add({ from, to }: Range): void {
    const last = this.#all.at(-1);
    if (from >= to) return;
    if (last === undefined || from > last.to) {
      this.#all.push({ from, to });
      return;
    }
    const before = this.#all.filter((range) => range.to < from);
    const after = this.#all.filter((range) => range.from > to);
    const met = this.#all.slice(before.length, this.#all.length - after.length);
    const joined = {
      from: Math.min(from, ...met.map((range) => range.from)),
      to: Math.max(to, ...met.map((range) => range.to)),
    };
    this.#all = [...before, joined, ...after];
  }

  /** What lies between, from the first to the last. */
  get holes(): Range[] {
    return this.#all.slice(1).map((range, i) => ({
      from: (this.#all[i] as Range).to,
      to: range.from,
    }));
  }
}
