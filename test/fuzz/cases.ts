// The cases of one seed: each has a number, and is the same whenever and wherever it runs.

import { seededRandom } from "@odradek/base";
import { isLawful, type Target } from "./target.ts";

export interface Crash {
  readonly number: number;
  readonly target: string;
  readonly thrown: unknown;
}

export interface Tally {
  /** Cases that a target called corrupt or refused, and all of its cases. */
  readonly refused: number;
  readonly run: number;
}

export class Cases {
  readonly #targets: readonly Target[];
  readonly #seed: number;
  readonly #weightSum: number;
  readonly tallies = new Map<string, Tally>();

  constructor(targets: readonly Target[], seed: number) {
    this.#targets = targets;
    this.#seed = seed;
    this.#weightSum = targets.reduce((sum, { weight }) => sum + weight, 0);
  }

  /** Undefined: it went as it may. */
  async run(number: number): Promise<Crash | undefined> {
    const random = seededRandom(this.#seed * 2 ** 32 + number);
    const target = this.#targetAt(random.below(this.#weightSum));
    const { name } = target;
    const { run, refused } = this.tallies.get(name) ?? { run: 0, refused: 0 };
    try {
      const running = target.run(random);
      if (running instanceof Promise) await running;
      this.tallies.set(name, { run: run + 1, refused });
      return undefined;
    } catch (thrown) {
      this.tallies.set(name, { run: run + 1, refused: refused + 1 });
      return isLawful(thrown) ? undefined : { number, target: name, thrown };
    }
  }

  #targetAt(place: number): Target {
    let left = place;
    for (const target of this.#targets) {
      left -= target.weight;
      if (left < 0) return target;
    }
    throw new RangeError(`There is no target at ${place}`);
  }
}

/** As one line, and where it happened. */
export function crashText({ number, target, thrown }: Crash): string {
  const stack = thrown instanceof Error ? thrown.stack ?? thrown.message : String(thrown);
  return `case ${number}, ${target}: ${stack}`;
}
