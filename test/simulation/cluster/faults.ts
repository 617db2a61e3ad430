// What goes wrong in a cluster, by chance: crashes and stops of any node, processes that stand
// still, ways that are severed one way or both, nodes that are cut off, connections that break,
// slow disks, clocks that jump.

import { type Random, sleep } from "@odradek/base";
import type { Severed } from "@odradek/network/testing/simulated_network";
import type { SimulatedNode } from "../node/composition.ts";
import { between, oneOf, weighted } from "../workload/chances.ts";
import type { Crash, Machine } from "../world/machine.ts";
import type { World } from "../world/world.ts";
import type { Counts } from "../run/counts.ts";
import type { FAULTS } from "./coverage.ts";

type FaultName = typeof FAULTS[number];
type Node = Machine<SimulatedNode>;
type Fault = () => void | Promise<void>;

export interface ClusterFaultsOptions {
  readonly world: World;
  readonly machines: readonly Node[];
  readonly coverage: Pick<Counts<FaultName>, "count">;
  /** Every node syncs before it acknowledges: power may be lost anywhere at any time. */
  readonly isSynced: boolean;
  readonly stopping: AbortSignal;
  /** Between one and the next. */
  readonly pauseMsMax?: number;
}

const PAUSE_MS_MAX = 20_000;
/** After which a node that was cut off knows again who leads. */
const KNOWN_AGAIN_MS = 5000;
const LOOK_MS = 500;

export class ClusterFaults {
  readonly #options: ClusterFaultsOptions;
  readonly #random: Random;
  count = 0;
  #isSevered = false;
  #mendedAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: ClusterFaultsOptions) {
    this.#options = options;
    this.#random = options.world.chance();
  }

  /** What goes wrong with machines, and with the ways between them, goes wrong at the same time. */
  async run(): Promise<void> {
    await Promise.all([
      this.#repeat([
        [5, () => this.#crash()],
        [1, () => this.#losePower()],
        [2, () => this.#crashAll()],
        [3, () => this.#stop()],
        [2, () => this.#slowDown()],
        [1, () => this.#jump()],
      ]),
      this.#repeat([
        [2, () => this.#pause()],
        [4, () => this.#sever()],
        [3, () => this.#cutOff()],
        [3, () => this.#cut()],
      ]),
    ]);
  }

  async #repeat(faults: readonly (readonly [number, Fault])[]): Promise<void> {
    while (await this.#rest(this.#random.below(this.#options.pauseMsMax ?? PAUSE_MS_MAX))) {
      await weighted(this.#random, faults)();
    }
  }

  /** Everything works again. */
  heal(): void {
    const { world, machines } = this.#options;
    world.network.sever(() => false);
    for (const machine of machines) {
      machine.goOn();
      machine.disk.latencyMsMax = 1;
    }
    this.#note("all", "heals");
  }

  /** Nobody is cut off from anybody, or has been a moment ago. */
  get isWhole(): boolean {
    return !this.#isSevered && this.#now > this.#mendedAtMs + KNOWN_AGAIN_MS;
  }

  get #now(): number {
    return this.#options.world.clock.monotonic();
  }

  #some(): Node {
    return oneOf(this.#random, this.#options.machines);
  }

  #crash(machine = this.#some()): void {
    if (!machine.hasProcess) return;
    const how: Crash = this.#options.isSynced && this.#random.below(2) === 0
      ? "power loss"
      : "kill";
    this.#happens(how === "kill" ? "kills" : "power losses", machine.name, how);
    machine.crash(how);
  }

  #crashAll(): void {
    for (const machine of this.#options.machines) this.#crash(machine);
  }

  /**
   * Where nodes don't sync, records are safe because several have them: one may lose what it has
   * not synced if all others have everything, and live until it is in sync again.
   */
  async #losePower(): Promise<void> {
    const machine = this.#some();
    if (!machine.hasProcess || !(this.#options.isSynced || this.#areAllInSync)) return;
    this.#happens("power losses", machine.name, "power loss");
    machine.crash("power loss");
    while (!this.#options.isSynced && !(machine.program !== undefined && this.#areAllInSync)) {
      if (!await this.#rest(LOOK_MS)) return;
    }
  }

  /** As the active controller has it. */
  get #areAllInSync(): boolean {
    const { machines } = this.#options;
    const programs = machines.flatMap(({ program }) => program === undefined ? [] : [program]);
    const active = programs.find(({ controller }) => controller.isActive);
    if (active === undefined || programs.length < machines.length) return false;
    return [...active.controller.image.topics.values()].every(({ partitions }) =>
      partitions.every(({ isr }) => isr.length === machines.length)
    );
  }

  #stop(): void {
    const machine = this.#some();
    if (!machine.stop()) return;
    this.count++;
    this.#options.coverage.count("stops");
  }

  /** A process stands still while all others go on, and nothing of its own gets out. */
  async #pause(): Promise<void> {
    const machine = this.#some();
    const ms = between(this.#random, 1000, 20_000);
    if (!machine.pause()) return;
    this.#happens("pauses", machine.name, `stands still for ${ms} ms`);
    const is = isOf(machine);
    this.#cutWays((from, to) => is(from) !== is(to));
    await this.#rest(ms);
    machine.goOn();
    this.#mend();
  }

  /** Between two nodes, one way or both, while clients reach both. */
  async #sever(): Promise<void> {
    const [one, other] = [this.#some(), this.#some()];
    if (one === other) return;
    const isBoth = this.#random.below(2) === 0;
    const ms = between(this.#random, 500, 25_000);
    const what = `severs ${one.name} ${isBoth ? "and" : "to"} ${other.name}, ${ms} ms`;
    this.#happens("severed ways", "network", what);
    const [isOne, isOther] = [isOf(one), isOf(other)];
    this.#cutWays((from, to) =>
      (isOne(from) && isOther(to)) || (isBoth && isOther(from) && isOne(to))
    );
    await this.#rest(ms);
    this.#mend();
  }

  /** One node from everybody, clients as well. */
  async #cutOff(): Promise<void> {
    const machine = this.#some();
    const ms = between(this.#random, 500, 30_000);
    this.#happens("nodes cut off", "network", `cuts ${machine.name} off for ${ms} ms`);
    const is = isOf(machine);
    this.#cutWays((from, to) => is(from) !== is(to));
    await this.#rest(ms);
    this.#mend();
  }

  #cutWays(isSevered: Severed): void {
    this.#isSevered = true;
    this.#options.world.network.sever(isSevered);
  }

  #mend(): void {
    this.#isSevered = false;
    this.#mendedAtMs = this.#now;
    this.#options.world.network.sever(() => false);
    this.#note("network", "mended");
  }

  #cut(): void {
    const oneIn = between(this.#random, 1, 4);
    this.#happens("connections cut", "network", `cuts one connection in ${oneIn}`);
    this.#options.world.network.cut(() => this.#random.below(oneIn) === 0);
  }

  async #slowDown(): Promise<void> {
    const machine = this.#some();
    const ms = between(this.#random, 500, 6000);
    const latencyMs = between(this.#random, 5, 200);
    this.#happens("slow disks", machine.name, `slow disk, up to ${latencyMs} ms, for ${ms} ms`);
    machine.setLatency(latencyMs);
    await this.#rest(ms);
    machine.setLatency(1);
  }

  #jump(): void {
    const machine = this.#some();
    const ms = between(this.#random, -60_000, 60_000);
    this.#happens("clock jumps", machine.name, `clock jumps by ${ms} ms`);
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

  #happens(what: FaultName, who: string, detail: string): void {
    this.count++;
    this.#options.coverage.count(what);
    this.#note(who, detail);
  }

  #note(who: string, detail: string): void {
    this.#options.world.transcript.note("fault", who, detail);
  }
}

/** Whether a process is one of the machine's. */
function isOf({ name }: Node): (owner: string) => boolean {
  return (owner) => owner.startsWith(`${name}.`);
}
