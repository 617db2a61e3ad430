// Brokers are fenced when they are gone, soon, and not while they are well: one that was killed
// within 0.6 s, one that lives and can be reached never, however often its connections break.

import type { ClusterImage } from "@odradek/metadata";
import type { World } from "../world/world.ts";

const NAME = "fencing";
export const FENCED_MS_MAX = 600;

export class FencingPromise {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  /** Killed so long ago that it must be known; `incarnationId` is that of the process. */
  gone(image: ClusterImage, id: number, incarnationId: string): void {
    const broker = [...image.brokers.values()].find((one) => one.id === id);
    if (broker === undefined || broker.incarnationId !== incarnationId) return;
    this.#world.expect(broker.isFenced, NAME, () =>
      `Broker ${id} was killed ${FENCED_MS_MAX} ms ago, and is not fenced`);
    for (const { name, partitions } of image.topics.values()) {
      for (const { partition, leader } of partitions) {
        this.#world.expect(leader !== id, NAME, () =>
          `Broker ${id} was killed ${FENCED_MS_MAX} ms ago, and leads ${name}-${partition}`);
      }
    }
  }

  /** It has been served and reached for longer than a session. */
  well(id: number): void {
    this.#world.fail(NAME, `Broker ${id} was fenced, though it lives and can be reached`);
  }
}
