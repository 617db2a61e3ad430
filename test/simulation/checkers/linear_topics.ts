// Topics are as the answers of controllers have said: what was made is there, what was deleted is
// not, whoever answers. Each name belongs to one client that asks for one thing at a time; a name
// of which the fate is not known is never used again.

import type { ClusterImage } from "@odradek/metadata";
import { topicNamed } from "@odradek/metadata";
import type { World } from "../world/world.ts";

const NAME = "linear_topics";

export class LinearTopics {
  readonly #world: World;
  readonly #isThere = new Map<string, boolean>();

  constructor(world: World) {
    this.#world = world;
  }

  /** A controller says that it is, or is not. */
  told(name: string, isThere: boolean, who: string): void {
    const known = this.#isThere.get(name) ?? false;
    this.#world.expect(isThere === known, NAME, () =>
      `${who} says that ${name} ${isThere ? "is there" : "is not there"}; it ` +
      (known ? "was made" : "was not made, or was deleted"));
  }

  changed(name: string, isThere: boolean): void {
    this.#isThere.set(name, isThere);
  }

  /** Nobody knows whether it is. */
  forget(name: string): void {
    this.#isThere.delete(name);
  }

  /** An image that holds everything that was answered. */
  check(image: ClusterImage, who: string): void {
    for (const [name, isThere] of this.#isThere) {
      this.told(name, isThere, who);
      this.#world.expect((topicNamed(image, name) !== undefined) === isThere, NAME, () =>
        `${who} ${isThere ? "lacks" : "has"} ${name}, which was ${isThere ? "made" : "deleted"}`);
    }
  }
}
