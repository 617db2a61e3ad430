// A replica's high watermark never goes back while its process lives, and no client is shown, or
// told to be safe, what lies beyond the highest that any replica has.

import type { World } from "../world/world.ts";

const NAME = "high_watermark";

export class HighWatermark {
  readonly #world: World;
  /** By replica, of one process. */
  readonly #last = new WeakMap<object, number>();
  /** By partition: the highest so far. */
  readonly #highest = new Map<string, number>();

  constructor(world: World) {
    this.#world = world;
  }

  /** `replica`: the same object as long as its process lives. */
  seen(replica: object, highWatermark: number, { name, node }: {
    readonly name: string;
    readonly node: string;
  }): void {
    const before = this.#last.get(replica) ?? 0;
    this.#last.set(replica, highWatermark);
    this.#world.expect(highWatermark >= before, NAME, () =>
      `${name} on ${node}: the high watermark went from ${before} back to ${highWatermark}`);
    if (highWatermark > this.highest(name)) this.#highest.set(name, highWatermark);
  }

  highest(name: string): number {
    return this.#highest.get(name) ?? 0;
  }

  /** A client was told of a record at this offset. */
  checkCommitted(name: string, offset: number, what: string): void {
    const highest = this.highest(name);
    this.#world.expect(offset < highest, NAME, () =>
      `${what} at ${name} ${offset}, and nobody's high watermark is above ${highest}`);
  }
}
