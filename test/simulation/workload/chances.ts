// Choices by chance.

import type { Random } from "@odradek/base";

export function oneOf<T>(random: Random, items: readonly T[]): T {
  return items[random.below(items.length)] as T;
}

/** In [least, most]. */
export function between(random: Random, least: number, most: number): number {
  return least + random.below(most - least + 1);
}

/** By weights: `[[3, "often"], [1, "seldom"]]`. */
export function weighted<T>(random: Random, choices: readonly (readonly [number, T])[]): T {
  let left = random.below(choices.reduce((sum, [weight]) => sum + weight, 0));
  for (const [weight, choice] of choices) {
    left -= weight;
    if (left < 0) return choice;
  }
  return (choices.at(-1) as readonly [number, T])[1];
}
