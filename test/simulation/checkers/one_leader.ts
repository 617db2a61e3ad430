// At most one node leads in an epoch: the quorum (Raft figure 3, election safety), and each
// partition.

import type { World } from "../world/world.ts";

const NAME = "one_leader";

export class OneLeader {
  readonly #world: World;
  /** By what is led, then by epoch: who. */
  readonly #leaders = new Map<string, Map<number, string>>();

  constructor(world: World) {
    this.#world = world;
  }

  /** Returns whether that is new. */
  leads(what: string, epoch: number, name: string): boolean {
    const known = this.#leaders.get(what) ?? new Map<number, string>();
    this.#leaders.set(what, known);
    const other = known.get(epoch);
    if (other === undefined) known.set(epoch, name);
    this.#world.expect((other ?? name) === name, NAME, () =>
      `${other} and ${name} have both led ${what} in epoch ${epoch}`);
    return other === undefined;
  }
}
