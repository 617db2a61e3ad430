// What does not fit together in the files that were dumped. Told at the end, beside the content.

import { resolve } from "node:path";

type Pair = readonly [number, number];

export class Findings {
  readonly #mismatches = new Map<string, Pair[]>();
  readonly #wrongTimes = new Map<string, Pair[]>();
  readonly #disorders = new Map<string, Pair[]>();
  readonly #missing = new Map<string, Pair[]>();
  readonly #gaps = new Map<string, Pair[]>();
  #isDamaged = false;

  /** An entry of an offset index that points to a batch with another last offset. */
  mismatch(path: string, indexOffset: number, logOffset: number): void {
    add(this.#mismatches, path, [indexOffset, logOffset]);
  }

  /** An entry of a time index whose batch has another largest timestamp. */
  wrongTime(path: string, indexTimestamp: number, logTimestamp: number): void {
    add(this.#wrongTimes, path, [indexTimestamp, logTimestamp]);
  }

  /** An entry of a time index that is not later than the one before it. */
  disorder(path: string, timestamp: number, before: number): void {
    add(this.#disorders, path, [timestamp, before]);
  }

  /** An entry of a time index with an offset that is no batch's last; -1: nothing is there. */
  missing(path: string, indexOffset: number, logOffset: number): void {
    add(this.#missing, path, [indexOffset, logOffset]);
  }

  /** Compaction leaves such gaps lawfully. */
  gap(path: string, offset: number, next: number): void {
    add(this.#gaps, path, [offset, next]);
  }

  /** Something could not be read. It has been told where it happened. */
  damage(): void {
    this.#isDamaged = true;
  }

  /** Gaps alone are none. */
  get areBad(): boolean {
    const all = [this.#mismatches, this.#wrongTimes, this.#disorders, this.#missing];
    return this.#isDamaged || all.some(({ size }) => size > 0);
  }

  lines(): string[] {
    const descending = (pairs: readonly Pair[]) => [...pairs].sort((a, b) => b[0] - a[0]);
    return [
      ...listed(
        this.#mismatches,
        (path) => `Mismatches in :${path}`,
        (pairs) =>
          descending(pairs).map(([index, log]) => `  Index offset: ${index}, log offset: ${log}`),
      ),
      ...listed(
        this.#wrongTimes,
        (path) => `Found timestamp mismatch in :${path}`,
        (pairs) =>
          pairs.map(([index, log]) => `  Index timestamp: ${index}, log timestamp: ${log}`),
      ),
      ...listed(
        this.#disorders,
        (path) => `Found out of order timestamp in :${path}`,
        (pairs) =>
          pairs.map(([index, before]) =>
            `  Index timestamp: ${index}, Previously indexed timestamp: ${before}`
          ),
      ),
      ...listed(
        this.#missing,
        () => "The following indexed offsets are not found in the log.",
        (pairs) =>
          pairs.map(([index, log]) => `Indexed offset: ${index}, found log offset: ${log}`),
      ),
      ...listed(
        this.#gaps,
        (path) => `Non-consecutive offsets in ${path}`,
        (pairs) => pairs.map(([offset, next]) => `  ${offset} is followed by ${next}`),
      ),
    ];
  }
}

function add(found: Map<string, Pair[]>, path: string, pair: Pair): void {
  const absolute = resolve(path);
  const pairs = found.get(absolute);
  if (pairs === undefined) found.set(absolute, [pair]);
  else pairs.push(pair);
}

function listed(
  found: ReadonlyMap<string, readonly Pair[]>,
  head: (path: string) => string,
  lines: (pairs: readonly Pair[]) => string[],
): string[] {
  return [...found].flatMap(([path, pairs]) => [head(path), ...lines(pairs)]);
}
