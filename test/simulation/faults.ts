// What goes wrong while a simulation runs, by chance: crashes at any moment and at any operation on
// the disk, clean restarts, a disk that is full or slow, connections that break, clocks that jump.

import { type Random, sleep } from "@odradek/base";
import { between, weighted } from "./workload/chances.ts";
import type { Crash, Machine, Program } from "./world/machine.ts";
import type { World } from "./world/world.ts";

export interface FaultsOptions {
  readonly world: World;
  readonly machine: Machine<Program>;
  readonly stopping: AbortSignal;
}

const PAUSE_MS_MAX = 14_000;

export class Faults {
  readonly #world: World;
  readonly #machine: Machine<Program>;
  readonly #stopping: AbortSignal;
  readonly #random: Random;
  /** Besides crashes, which the machine counts. */
  #others = 0;

  constructor({ world, machine, stopping }: FaultsOptions) {
    this.#world = world;
    this.#machine = machine;
    this.#stopping = stopping;
    this.#random = world.chance();
  }

  get count(): number {
    return this.#machine.crashes + this.#others;
  }

  async run(): Promise<void> {
    while (await this.#rest(this.#random.below(PAUSE_MS_MAX))) {
      const fault = weighted<() => void | Promise<void>>(this.#random, [
        [2, () => this.#crash("kill")],
        [3, () => this.#crash("power loss")],
        [3, () => this.#crashAtOperation(between(this.#random, 1, 60))],
        [3, () => this.#crashInStart()],
        [2, () => this.#restart()],
        [2, () => this.#fillDisk()],
        [3, () => this.#slowDown()],
        [4, () => this.#cut()],
        [1, () => this.#jump()],
      ]);
      await fault();
    }
  }

  /** Everything works again. */
  heal(): void {
    const { disk } = this.#machine;
    this.#machine.disarm();
    disk.isFull = false;
    disk.latencyMsMax = 1;
    this.#note("all", "heals");
    this.#machine.restartIfDiskWasFull();
  }

  #crash(how: Crash): void {
    if (!this.#machine.hasProcess) return;
    this.#note(this.#machine.name, how);
    this.#machine.crash(how);
  }

  #crashAtOperation(operations: number): void {
    const how = this.#how();
    this.#note(this.#machine.name, `${how} after ${operations} operations on the disk`);
    this.#machine.crashAfter(operations, how);
  }

  /** The process that is started after a crash has one as well. */
  #crashInStart(): void {
    this.#crash(this.#how());
    this.#crashAtOperation(between(this.#random, 1, 150));
  }

  #how(): Crash {
    return weighted(this.#random, [[2, "kill"], [3, "power loss"]]);
  }

  #restart(): void {
    if (this.#machine.stop()) this.#others++;
  }

  async #fillDisk(): Promise<void> {
    const ms = between(this.#random, 300, 6000);
    this.#others++;
    this.#note(this.#machine.name, `full disk for ${ms} ms`);
    this.#machine.setFull(true);
    await this.#rest(ms);
    this.#machine.setFull(false);
    this.#note(this.#machine.name, "room on the disk");
  }

  /** With a crash, sometimes, while much is under way. */
  async #slowDown(): Promise<void> {
    const ms = between(this.#random, 500, 6000);
    const latencyMs = between(this.#random, 5, 300);
    this.#others++;
    this.#note(this.#machine.name, `slow disk, up to ${latencyMs} ms, for ${ms} ms`);
    this.#machine.setLatency(latencyMs);
    await this.#rest(ms);
    if (this.#random.below(2) === 0) this.#crash(this.#how());
    this.#machine.setLatency(1);
    this.#note(this.#machine.name, "fast disk");
  }

  /** All connections, or those of some clients. */
  #cut(): void {
    const oneIn = between(this.#random, 1, 3);
    this.#others++;
    this.#note("network", `cuts one connection in ${oneIn}`);
    this.#world.network.cut(() => this.#random.below(oneIn) === 0);
  }

  #jump(): void {
    const ms = between(this.#random, -600_000, 600_000);
    this.#others++;
    this.#note(this.#machine.name, `clock jumps by ${ms} ms`);
    this.#machine.jump(ms);
  }

  async #rest(ms: number): Promise<boolean> {
    try {
      await sleep(this.#world.clock, ms, this.#stopping);
      return true;
    } catch (error) {
      if (this.#stopping.aborted) return false;
      throw error;
    }
  }

  #note(who: string, detail: string): void {
    this.#world.transcript.note("fault", who, detail);
  }
}
