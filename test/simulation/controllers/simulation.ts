// Three controllers, three brokers without partitions, operators who make and delete topics, and
// everything that can go wrong with machines and the network between them; then all is healed, and
// must come to rest with the same metadata everywhere.

import { LinearTopics } from "../checkers/linear_topics.ts";
import { ClusterFaults } from "../cluster/faults.ts";
import { startNode, type SimulatedNode } from "../node/composition.ts";
import type { Failure, Outcome } from "../run/outcome.ts";
import { names, watchedClient } from "../world/clients.ts";
import { transcriptLogger } from "../world/log_lines.ts";
import { Machine } from "../world/machine.ts";
import { watchUnhandled } from "../world/unhandled.ts";
import { World } from "../world/world.ts";
import { type Coverage, emptyCoverage } from "./coverage.ts";
import { ControlPlaneFaults } from "./faults.ts";
import { operate } from "./operators.ts";
import { BROKERS, CONTROLLERS, hostOf, propertiesOf } from "./properties.ts";
import { ControllersWatch } from "./watch.ts";

export interface ControllersExtent {
  /** Simulated, in which there are faults. */
  readonly faultsMs: number;
  /** What a seed must have done to count. */
  readonly least: { readonly faults: number; readonly accepted: number; readonly leaders: number };
}

const EXTENT: ControllersExtent = {
  faultsMs: 300_000,
  least: { faults: 30, accepted: 500, leaders: 3 },
};
const OPERATORS = 5;
const PAUSE_MS_MAX = 8000;
/** At most, without faults, until everything works again. */
const HEALED_MS = 60_000;
const LOOK_MS = 250;

export async function simulateControllers(
  seed: number,
  { print, extent = EXTENT }: {
    readonly print?: ((line: string) => void) | undefined;
    readonly extent?: ControllersExtent;
  } = {},
): Promise<Outcome> {
  const simulation = new ControllersSimulation(new World(seed, print), extent);
  await simulation.run();
  return simulation.outcome(seed);
}

class ControllersSimulation {
  readonly #world: World;
  readonly #extent: ControllersExtent;
  readonly #machines: readonly Machine<SimulatedNode>[];
  readonly #coverage: Coverage = emptyCoverage();
  readonly #watch: ControllersWatch;
  readonly #faults: ClusterFaults;
  readonly #ownFaults: ControlPlaneFaults;
  readonly #topics: LinearTopics;
  readonly #tally = { accepted: 0 };
  readonly #stopping = new AbortController();

  constructor(world: World, extent: ControllersExtent) {
    this.#world = world;
    this.#extent = extent;
    const textOf = propertiesOf(world.chance());
    this.#machines = [...CONTROLLERS, ...BROKERS].map((id) =>
      new Machine({
        world,
        name: hostOf(id),
        start: (process, fatal) =>
          startNode(process, {
            properties: textOf(id),
            logger: transcriptLogger(world, process),
            fatal,
            isWithoutPartitions: true,
            follower: this.#watch.committed.follower(process.name, (told) => {
              this.#coverage.count(told);
              this.#watch.look();
            }),
          }),
      })
    );
    const watched = { world, machines: this.#machines, coverage: this.#coverage };
    this.#watch = new ControllersWatch(watched);
    const stopping = this.#stopping.signal;
    this.#faults = new ClusterFaults({
      ...watched,
      isSynced: true,
      stopping,
      pauseMsMax: PAUSE_MS_MAX,
    });
    const troubled = (): void => this.#watch.troubled();
    this.#ownFaults = new ControlPlaneFaults({ ...watched, stopping, troubled });
    this.#topics = new LinearTopics(world);
  }

  async run(): Promise<void> {
    const unwatch = watchUnhandled(this.#world);
    try {
      for (const machine of this.#machines) machine.powerOn();
      await this.#runFaulty();
      if (this.#world.violation === undefined) await this.#runHealed();
    } finally {
      unwatch();
    }
  }

  outcome(seed: number): Outcome {
    const { violation, clock } = this.#world;
    const sum = (of: (machine: Machine<SimulatedNode>) => number): number =>
      this.#machines.reduce((all, machine) => all + of(machine), 0);
    const failure: Failure | undefined = violation === undefined ? this.#tooLittle() : {
      checker: violation.checker,
      message: violation.message,
    };
    return {
      seed,
      simulatedMs: clock.monotonic(),
      faults: this.#faultCount,
      acknowledged: this.#tally.accepted,
      read: this.#watch.committed.endOffset,
      starts: sum(({ starts }) => starts),
      powerLosses: sum(({ powerLosses }) => powerLosses),
      coverage: this.#coverage.all,
      failure,
    };
  }

  get #faultCount(): number {
    return this.#faults.count + this.#ownFaults.count;
  }

  #tooLittle(): Failure | undefined {
    const { least } = this.#extent;
    const isEnough = this.#faultCount >= least.faults && this.#tally.accepted >= least.accepted &&
      this.#coverage.of("quorum leaders") >= least.leaders;
    if (isEnough) return undefined;
    return { checker: "amount", message: `Not enough has happened: ${JSON.stringify(least)}` };
  }

  async #runFaulty(): Promise<void> {
    const world = this.#world;
    const surroundings = {
      world,
      coverage: this.#coverage,
      topics: this.#topics,
      tally: this.#tally,
      stopping: this.#stopping.signal,
    };
    const running = [
      this.#faults.run(),
      this.#ownFaults.run(),
      this.#watch.compareAtIntervals((ms) => this.#ownFaults.rest(ms)),
      this.#look(),
      ...names("operator", OPERATORS).map((name) => operate(name, surroundings)),
    ].map((one) => watchedClient(world, one));
    await world.runUntil(this.#extent.faultsMs);
    this.#stopping.abort();
    this.#faults.heal();
    this.#ownFaults.heal();
    const ended = await world.runFor(Promise.all(running), HEALED_MS);
    world.expect(ended !== undefined, "liveness", () =>
      `Operators did not come to an end within ${HEALED_MS} ms`);
  }

  async #look(): Promise<void> {
    while (await this.#ownFaults.rest(LOOK_MS)) {
      if (!this.#faults.isWhole || this.#machines.some(({ disk }) => disk.latencyMsMax > 1)) {
        this.#watch.troubled();
      }
      this.#watch.look();
    }
  }

  async #runHealed(): Promise<void> {
    const world = this.#world;
    const untilMs = world.clock.monotonic() + HEALED_MS;
    while (!this.#isAtRest && world.violation === undefined) {
      if (world.clock.monotonic() >= untilMs) break;
      await world.runUntil(world.clock.monotonic() + LOOK_MS);
    }
    if (world.violation !== undefined) return;
    world.expect(this.#isAtRest, "liveness", () =>
      `After ${HEALED_MS} ms without faults: ${this.#states().join("; ")}`);
    this.#watch.compare();
    for (const { name, program } of this.#machines) {
      if (program !== undefined) this.#topics.check(program.controller.image, name);
    }
  }

  /** All serve, one is active, all brokers are unfenced, and everybody knows all of it. */
  get #isAtRest(): boolean {
    const images = this.#machines.map(({ program }) => program?.controller.image);
    const [first] = images;
    const brokers = [...first?.brokers.values() ?? []];
    return first !== undefined && images.every((one) => one?.endOffset === first.endOffset) &&
      brokers.length === BROKERS.length && brokers.every(({ isFenced }) => !isFenced) &&
      this.#machines.some(({ program }) => program?.controller.isActive);
  }

  #states(): string[] {
    return this.#machines.map(({ name, program }) => {
      if (program === undefined) return `${name} does not serve`;
      const { image, isActive } = program.controller;
      const fenced = [...image.brokers.values()].filter(({ isFenced }) => isFenced);
      return `${name} has ${image.endOffset}${isActive ? ", is active" : ""}, ` +
        `fenced: ${fenced.map(({ id }) => id).join(" ")}`;
    });
  }
}
