// What else goes wrong in a control plane: connections of a broker that flap, disks that are full.

import { type Random, sleep } from "@odradek/base";
import type { SimulatedNode } from "../node/composition.ts";
import { between, oneOf, weighted } from "../workload/chances.ts";
import type { Machine } from "../world/machine.ts";
import type { World } from "../world/world.ts";
import type { Coverage } from "./coverage.ts";

export interface ControlPlaneFaultsOptions {
  readonly world: World;
  readonly machines: readonly Machine<SimulatedNode>[];
  readonly coverage: Coverage;
  readonly stopping: AbortSignal;
  /** Told before anything goes wrong for more than one connection. */
  readonly troubled: () => void;
}

const PAUSE_MS_MAX = 15_000;

export class ControlPlaneFaults {
  readonly #options: ControlPlaneFaultsOptions;
  readonly #random: Random;
  count = 0;

  constructor(options: ControlPlaneFaultsOptions) {
    this.#options = options;
    this.#random = options.world.chance();
  }

  async run(): Promise<void> {
    while (await this.rest(this.#random.below(PAUSE_MS_MAX))) {
      const fault = weighted(this.#random, [
        [2, () => this.#flap()],
        [1, () => this.#fill()],
      ]);
      this.count++;
      await fault();
    }
  }

  heal(): void {
    for (const machine of this.#options.machines) {
      machine.disk.isFull = false;
      machine.restartIfDiskWasFull();
    }
  }

  /** False: it is time to stop. */
  async rest(ms: number): Promise<boolean> {
    const { world, stopping } = this.#options;
    try {
      await sleep(world.clock, ms, stopping);
      return true;
    } catch (error) {
      if (stopping.aborted) return false;
      throw error;
    }
  }

  async #flap(): Promise<void> {
    const { world, machines, coverage } = this.#options;
    const { name } = oneOf(this.#random, machines);
    coverage.count("flapping connections");
    const times = between(this.#random, 3, 20);
    world.transcript.note("fault", name, `connections flap ${times} times`);
    for (let i = 0; i < times; i++) {
      world.network.cut((owners) => owners.some((owner) => owner.startsWith(`${name}.`)));
      if (!await this.rest(between(this.#random, 20, 600))) return;
    }
  }

  async #fill(): Promise<void> {
    const { world, machines, coverage, troubled } = this.#options;
    const machine = oneOf(this.#random, machines);
    const ms = between(this.#random, 200, 5000);
    coverage.count("full disks");
    world.transcript.note("fault", machine.name, `disk full for ${ms} ms`);
    troubled();
    machine.setFull(true);
    await this.rest(ms);
    troubled();
    machine.setFull(false);
    machine.restartIfDiskWasFull();
  }
}
