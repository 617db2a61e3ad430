// Three combined nodes in three racks, producers that want every record to be safe, consumers
// alone, in a group and by racks, and everything that can go wrong with machines and the network
// between them: written and read for some minutes of simulated time, then healed, and compared with
// what the clients were told.

import { contentLines } from "@odradek/metadata/testing/image_of";
import { History } from "../checkers/history.ts";
import { startNode, type SimulatedNode } from "../node/composition.ts";
import type { Failure, Outcome } from "../run/outcome.ts";
import { names, watchedClient } from "../world/clients.ts";
import { transcriptLogger } from "../world/log_lines.ts";
import { Machine } from "../world/machine.ts";
import { watchUnhandled } from "../world/unhandled.ts";
import { World } from "../world/world.ts";
import { auditGroup, electPreferred, makeTopics } from "./admin.ts";
import { consume } from "./consumers.ts";
import { Coverage } from "./coverage.ts";
import { checkAll } from "./ending.ts";
import { ClusterFaults } from "./faults.ts";
import { beMember } from "./members.ts";
import { produce } from "./producers.ts";
import { clusterProperties, hostOf, NODES } from "./properties.ts";
import { readNear } from "./rack_readers.ts";
import type { ClientSurroundings } from "./surroundings.ts";
import { TERMS } from "./terms.ts";
import { ClusterWatch } from "./watch.ts";

export interface ClusterExtent {
  /** Simulated, in which there are faults. */
  readonly faultsMs: number;
  /** What a seed must have done to count. */
  readonly least: {
    readonly faults: number;
    readonly acknowledged: number;
    readonly leaderChanges: number;
  };
}

const EXTENT: ClusterExtent = {
  faultsMs: 600_000,
  least: { faults: 40, acknowledged: 2000, leaderChanges: 5 },
};
const PRODUCERS = 3;
const CONSUMERS = 1;
const RACK_READERS = 2;
const MEMBERS = 3;
/** At most, without faults, until everything works again. */
const HEALED_MS = 120_000;

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
  readonly #coverage = new Coverage();
  readonly #faults: ClusterFaults;
  readonly #watch: ClusterWatch;
  readonly #surroundings: ClientSurroundings;
  readonly #stopping = new AbortController();
  readonly #faulting = new AbortController();

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
    const watched = { world, machines: this.#machines, coverage: this.#coverage };
    const { isSynced } = properties;
    this.#faults = new ClusterFaults({ ...watched, isSynced, stopping: this.#faulting.signal });
    this.#watch = new ClusterWatch({ ...watched, isSynced });
    this.#surroundings = {
      world,
      history: new History(world, TERMS.mayShow),
      witness: this.#watch,
      coverage: this.#coverage,
      topics: [],
      tally: { acknowledged: 0, failed: 0, read: 0 },
      isWhole: () => this.#faults.isWhole,
      stopping: this.#stopping.signal,
    };
  }

  async run(): Promise<void> {
    const unwatch = watchUnhandled(this.#world);
    try {
      for (const machine of this.#machines) machine.powerOn();
      this.#watch.begin();
      await this.#runFaulty();
      if (this.#world.violation === undefined) await this.#runHealed();
    } finally {
      this.#watch.end();
      unwatch();
    }
  }

  outcome(seed: number): Outcome {
    const { violation, clock } = this.#world;
    const { acknowledged, read } = this.#surroundings.tally;
    const sum = (of: (machine: Machine<SimulatedNode>) => number): number =>
      this.#machines.reduce((all, machine) => all + of(machine), 0);
    const failure: Failure | undefined = violation === undefined ? this.#tooLittle() : {
      checker: violation.checker,
      message: violation.message,
    };
    return {
      seed,
      simulatedMs: clock.monotonic(),
      faults: this.#faults.count,
      acknowledged,
      read,
      starts: sum(({ starts }) => starts),
      powerLosses: sum(({ powerLosses }) => powerLosses),
      coverage: this.#coverage.all,
      failure,
    };
  }

  #tooLittle(): Failure | undefined {
    const { least } = this.#extent;
    const isEnough = this.#faults.count >= least.faults &&
      this.#surroundings.tally.acknowledged >= least.acknowledged &&
      this.#coverage.of("leader changes") >= least.leaderChanges;
    if (isEnough) return undefined;
    return { checker: "amount", message: `Not enough has happened: ${JSON.stringify(least)}` };
  }

  async #runFaulty(): Promise<void> {
    const surroundings = this.#surroundings;
    const clients = [
      makeTopics(surroundings),
      electPreferred(surroundings),
      auditGroup(surroundings),
      ...names("producer", PRODUCERS).map((name) => produce(name, surroundings)),
      ...names("consumer", CONSUMERS).map((name) => consume(name, surroundings)),
      ...names("near", RACK_READERS).map((name) => readNear(name, surroundings)),
      ...names("member", MEMBERS).map((name) => beMember(name, surroundings)),
    ];
    const running = [this.#faults.run(), ...clients].map((one) => watchedClient(this.#world, one));
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
    const checking = checkAll(this.#surroundings).catch((error: unknown) => {
      world.fail("liveness", `Nothing broken is left, and still: ${String(error)}`);
    });
    const checked = await world.runFor(checking, HEALED_MS);
    world.expect(checked !== undefined, "liveness", () =>
      `${HEALED_MS} ms were not enough to write and read all, with all replicas in sync`);
    await world.runUntil(world.clock.monotonic() + 2000);
    if (world.violation !== undefined || checked === undefined) return;
    this.#checkImages();
    for (const name of checked) this.#watch.checkEqual(name);
    this.#surroundings.history.finish();
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
}
