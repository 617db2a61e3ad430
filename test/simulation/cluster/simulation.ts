// Three combined nodes in three racks, producers that want every record to be safe, consumers, and
// everything that can go wrong with machines and the network between them: written and read for
// some minutes of simulated time, then healed, and compared with what the clients were told.

import { contentLines } from "@odradek/metadata/testing/image_of";
import { History } from "../checkers/history.ts";
import { startNode, type SimulatedNode } from "../node/composition.ts";
import type { Outcome } from "../run/outcome.ts";
import { transcriptLogger } from "../world/log_lines.ts";
import { Machine } from "../world/machine.ts";
import { watchUnhandled } from "../world/unhandled.ts";
import { World } from "../world/world.ts";
import {
  checkAll,
  type ClientSurroundings,
  consume,
  makeTopics,
  produce,
} from "./clients.ts";
import { ClusterFaults } from "./faults.ts";
import { clusterProperties, hostOf, NODES } from "./properties.ts";

export interface ClusterExtent {
  /** Simulated, in which there are faults. */
  readonly faultsMs: number;
  readonly least: { readonly faults: number; readonly acknowledged: number };
}

const EXTENT: ClusterExtent = {
  faultsMs: 600_000,
  least: { faults: 40, acknowledged: 1000 },
};
const PRODUCERS = 3;
const CONSUMERS = 2;
/** At most, without faults, until everything works again. */
const HEALED_MS = 120_000;
/** How often it is looked who leads the quorum. */
const LOOK_MS = 50;

export async function simulateCluster(
  seed: number,
  { print, extent = EXTENT }: {
    readonly print?: ((line: string) => void) | undefined;
    readonly extent?: ClusterExtent;
  } = {},
): Promise<Outcome> {
  const simulation = new ClusterSimulation(new World(seed, print), extent);
  await simulation.run();
  return simulation.outcome(seed);
}

class ClusterSimulation {
  readonly #world: World;
  readonly #extent: ClusterExtent;
  readonly #machines: readonly Machine<SimulatedNode>[];
  readonly #faults: ClusterFaults;
  readonly #surroundings: ClientSurroundings;
  readonly #stopping = new AbortController();
  readonly #faulting = new AbortController();
  /** By epoch of the quorum: who was its active controller. */
  readonly #leaders = new Map<number, string>();
  #isOver = false;

  constructor(world: World, extent: ClusterExtent) {
    this.#world = world;
    this.#extent = extent;
    const properties = clusterProperties(world.chance());
    this.#machines = NODES.map((id) =>
      new Machine({
        world,
        name: hostOf(id),
        start: (process, fatal) =>
          startNode(process, {
            properties: properties.textOf(id),
            logger: transcriptLogger(world, process),
            fatal,
          }),
      })
    );
    this.#faults = new ClusterFaults({
      world,
      machines: this.#machines,
      mayLosePower: properties.isSynced,
      stopping: this.#faulting.signal,
    });
    this.#surroundings = {
      world,
      history: new History(world),
      topics: [],
      tally: { acknowledged: 0, failed: 0, read: 0 },
      stopping: this.#stopping.signal,
    };
  }

  async run(): Promise<void> {
    const unwatch = watchUnhandled(this.#world);
    try {
      for (const machine of this.#machines) machine.powerOn();
      this.#look();
      await this.#runFaulty();
      if (this.#world.violation === undefined) await this.#runHealed();
    } finally {
      this.#isOver = true;
      unwatch();
    }
  }

  outcome(seed: number): Outcome {
    const { violation, clock } = this.#world;
    const { acknowledged, read } = this.#surroundings.tally;
    const faults = this.#faults.count;
    const { least } = this.#extent;
    const sum = (of: (machine: Machine<SimulatedNode>) => number): number =>
      this.#machines.reduce((all, machine) => all + of(machine), 0);
    const done = {
      simulatedMs: clock.monotonic(),
      faults,
      acknowledged,
      read,
      starts: sum(({ starts }) => starts),
      powerLosses: sum(({ powerLosses }) => powerLosses),
    };
    if (violation !== undefined) {
      const { checker, message } = violation;
      return { seed, ...done, failure: { checker, message } };
    }
    if (faults >= least.faults && acknowledged >= least.acknowledged) {
      return { seed, ...done, failure: undefined };
    }
    const message = `Not enough has happened: ${JSON.stringify(least)}`;
    return { seed, ...done, failure: { checker: "amount", message } };
  }

  async #runFaulty(): Promise<void> {
    const surroundings = this.#surroundings;
    const clients = [
      makeTopics(surroundings),
      ...names("producer", PRODUCERS).map((name) => produce(name, surroundings)),
      ...names("consumer", CONSUMERS).map((name) => consume(name, surroundings)),
    ];
    const running = [this.#faults.run(), ...clients].map((one) => this.#watched(one));
    await this.#world.runUntil(this.#extent.faultsMs);
    this.#faulting.abort();
    this.#faults.heal();
    this.#stopping.abort();
    const ended = await this.#world.runFor(Promise.all(running), HEALED_MS);
    this.#world.expect(ended !== undefined, "liveness", () =>
      `Clients did not come to an end within ${HEALED_MS} ms`);
  }

  async #runHealed(): Promise<void> {
    const world = this.#world;
    const checked = checkAll(this.#surroundings).catch((error: unknown) => {
      world.fail("liveness", `Nothing broken is left, and still: ${String(error)}`);
    });
    const isDone = await world.runFor(checked, HEALED_MS);
    world.expect(isDone === true, "liveness", () =>
      `${HEALED_MS} ms were not enough to write and read all`);
    await world.runUntil(world.clock.monotonic() + 2000);
    if (world.violation === undefined) this.#checkImages();
  }

  /** Everybody has folded the same records into the same image. */
  #checkImages(): void {
    const images = this.#machines.flatMap(({ name, program }) =>
      program === undefined ? [] : [{ name, image: program.controller.image }]
    );
    this.#world.expect(images.length === NODES.length, "liveness", () =>
      `Only ${images.map(({ name }) => name).join(", ")} serve in the end`);
    for (const one of images) {
      for (const other of images) {
        if (one.image.endOffset !== other.image.endOffset) continue;
        const [mine, theirs] = [contentLines(one.image), contentLines(other.image)];
        this.#world.expect(mine.join("\n") === theirs.join("\n"), "metadata_image", () =>
          `${one.name} and ${other.name} have other metadata below ${one.image.endOffset}`);
      }
    }
  }

  /** At most one node is the active controller of an epoch (Raft figure 3, election safety). */
  #look(): void {
    if (this.#isOver) return;
    for (const { name, program } of this.#machines) {
      if (program === undefined || !program.controller.isActive) continue;
      const { epoch } = program.controller;
      if (epoch === undefined) continue;
      const other = this.#leaders.get(epoch) ?? name;
      this.#world.expect(other === name, "one_leader", () =>
        `${other} and ${name} have both been the controller of epoch ${epoch}`);
      this.#leaders.set(epoch, other);
    }
    this.#world.clock.schedule(LOOK_MS, () => this.#look());
  }

  /** A client that fails by itself is one of our mistakes too. */
  async #watched(running: Promise<void>): Promise<void> {
    try {
      await running;
    } catch (error) {
      const text = error instanceof Error ? error.stack : String(error);
      this.#world.fail("no_bugs", `A client has failed: ${text}`);
    }
  }
}

function names(name: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${name}-${i + 1}`);
}
