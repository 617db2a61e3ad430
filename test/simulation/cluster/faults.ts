// What goes wrong in a cluster, by chance: crashes and stops of any node, ways that are severed one
// way or both, nodes that are cut off, connections that break, slow disks, clocks that jump.

import { type Random, sleep } from "@odradek/base";
import { between, oneOf, weighted } from "../workload/chances.ts";
import type { Crash, Machine, Program } from "../world/machine.ts";
import type { World } from "../world/world.ts";

export interface ClusterFaultsOptions {
  readonly world: World;
  readonly machines: readonly Machine<Program>[];
  /** Losses of power, too. */
  readonly mayLosePower: boolean;
  readonly stopping: AbortSignal;
}

const PAUSE_MS_MAX = 16_000;

export class ClusterFaults {
  readonly #options: ClusterFaultsOptions;
  readonly #random: Random;
  /** Besides crashes, which the machines count. */
  #others = 0;

  constructor(options: ClusterFaultsOptions) {
    this.#options = options;
    this.#random = options.world.chance();
  }

  get count(): number {
    return this.#options.machines.reduce((sum, { crashes }) => sum + crashes, this.#others);
  }

  async run(): Promise<void> {
    while (await this.#rest(this.#random.below(PAUSE_MS_MAX))) {
      const fault = weighted<() => void | Promise<void>>(this.#random, [
        [5, () => this.#crash()],
        [2, () => this.#crashAll()],
        [3, () => this.#stop()],
        [4, () => this.#sever()],
        [3, () => this.#cutOff()],
        [4, () => this.#cut()],
        [2, () => this.#slowDown()],
        [1, () => this.#jump()],
      ]);
      await fault();
    }
  }

  /** Everything works again. */
  heal(): void {
    const { world, machines } = this.#options;
    world.network.sever(() => false);
    for (const { disk } of machines) disk.latencyMsMax = 1;
    this.#note("all", "heals");
  }

  #some(): Machine<Program> {
    return oneOf(this.#random, this.#options.machines);
  }

  #how(): Crash {
    const mayLosePower = this.#options.mayLosePower && this.#random.below(2) === 0;
    return mayLosePower ? "power loss" : "kill";
  }

  #crash(machine = this.#some()): void {
    if (!machine.hasProcess) return;
    const how = this.#how();
    this.#note(machine.name, how);
    machine.crash(how);
  }

  #crashAll(): void {
    for (const machine of this.#options.machines) this.#crash(machine);
  }

  #stop(): void {
    if (this.#some().stop()) this.#others++;
  }

  /** Between two nodes, one way or both, while clients reach both. */
  async #sever(): Promise<void> {
    const [one, other] = [this.#some(), this.#some()];
    if (one === other) return;
    const isBoth = this.#random.below(2) === 0;
    const ms = between(this.#random, 500, 25_000);
    this.#others++;
    this.#note("network", `severs ${one.name} ${isBoth ? "and" : "to"} ${other.name}, ${ms} ms`);
    const is = (machine: Machine<Program>, owner: string) => owner.startsWith(`${machine.name}.`);
    this.#options.world.network.sever((from, to) =>
      (is(one, from) && is(other, to)) || (isBoth && is(other, from) && is(one, to))
    );
    await this.#rest(ms);
    this.#mend();
  }

  /** One node from everybody, clients as well. */
  async #cutOff(): Promise<void> {
    const machine = this.#some();
    const ms = between(this.#random, 500, 30_000);
    this.#others++;
    this.#note("network", `cuts ${machine.name} off for ${ms} ms`);
    const is = (owner: string) => owner.startsWith(`${machine.name}.`);
    this.#options.world.network.sever((from, to) => is(from) !== is(to));
    await this.#rest(ms);
    this.#mend();
  }

  #mend(): void {
    this.#options.world.network.sever(() => false);
    this.#note("network", "mended");
  }

  #cut(): void {
    const oneIn = between(this.#random, 1, 4);
    this.#others++;
    this.#note("network", `cuts one connection in ${oneIn}`);
    this.#options.world.network.cut(() => this.#random.below(oneIn) === 0);
  }

  async #slowDown(): Promise<void> {
    const machine = this.#some();
    const ms = between(this.#random, 500, 6000);
    const latencyMs = between(this.#random, 5, 200);
    this.#others++;
    this.#note(machine.name, `slow disk, up to ${latencyMs} ms, for ${ms} ms`);
    machine.setLatency(latencyMs);
    await this.#rest(ms);
    machine.setLatency(1);
  }

  #jump(): void {
    const machine = this.#some();
    const ms = between(this.#random, -60_000, 60_000);
    this.#others++;
    this.#note(machine.name, `clock jumps by ${ms} ms`);
    machine.jump(ms);
  }

  async #rest(ms: number): Promise<boolean> {
    const { world, stopping } = this.#options;
    try {
      await sleep(world.clock, ms, stopping);
      return true;
    } catch (error) {
      if (stopping.aborted) return false;
      throw error;
    }
  }

  #note(who: string, detail: string): void {
    this.#options.world.transcript.note("fault", who, detail);
  }
}
