// One node, several producers and consumers, one operator, and everything that can go wrong with a
// machine: written and read for some minutes of simulated time, then healed and looked through.

import { METADATA_TOPIC } from "@odradek/base";
import { AcknowledgedAndSynced } from "../checkers/acknowledged_and_synced.ts";
import { checkLogIsDense } from "../checkers/dense_offsets.ts";
import { Idempotence } from "../checkers/idempotence.ts";
import { checkLiveness } from "../checkers/liveness.ts";
import { MetadataImage } from "../checkers/metadata_image.ts";
import { Faults } from "../faults.ts";
import type { Outcome } from "../run/outcome.ts";
import { DiskLog } from "../truth/disk_log.ts";
import { LogTruth } from "../truth/log_truth.ts";
import { newestSnapshotEnd } from "../truth/snapshots.ts";
import { Topics } from "../truth/topics.ts";
import { AdminWorkload } from "../workload/admin.ts";
import { ConsumerWorkload } from "../workload/consumer.ts";
import { ProducerWorkload } from "../workload/producer.ts";
import { type Surroundings, Tally } from "../workload/surroundings.ts";
import { transcriptLogger } from "../world/log_lines.ts";
import { names, watchedClient } from "../world/clients.ts";
import { Machine } from "../world/machine.ts";
import { watchUnhandled } from "../world/unhandled.ts";
import { World } from "../world/world.ts";
import { type SimulatedNode, startNode } from "./composition.ts";
import { CLIENT_PORT, HOST, type NodeProperties, nodeProperties } from "./properties.ts";

const PRODUCERS = 3;
const CONSUMERS = 2;
/** At most, without faults, until everything works again. */
const HEALED_MS = 60_000;

export interface NodeSimulationOptions {
  /** Gets every line of the transcript. */
  readonly print?: ((line: string) => void) | undefined;
  readonly extent?: Extent;
}

export interface Extent {
  /** Simulated, in which there are faults. */
  readonly faultsMs: number;
  /** What a seed must have done to count. */
  readonly least: Pick<Outcome, "simulatedMs" | "faults" | "acknowledged">;
}

const EXTENT: Extent = {
  faultsMs: 300_000,
  least: { simulatedMs: 300_000, faults: 10, acknowledged: 500 },
};

export async function simulateNode(
  seed: number,
  { print, extent = EXTENT }: NodeSimulationOptions = {},
): Promise<Outcome> {
  const simulation = new NodeSimulation(new World(seed, print), extent);
  await simulation.run();
  return simulation.outcome(seed);
}

class NodeSimulation {
  readonly #world: World;
  readonly #extent: Extent;
  readonly #machine: Machine<SimulatedNode>;
  readonly #topics: Topics;
  readonly #metadataLog: LogTruth;
  readonly #surroundings: Surroundings;
  readonly #stopping = new AbortController();
  readonly #faulting = new AbortController();
  readonly #faults: Faults;

  constructor(world: World, extent: Extent) {
    this.#world = world;
    this.#extent = extent;
    const properties = nodeProperties(world.chance());
    this.#machine = new Machine({
      world,
      name: HOST,
      start: (process, fatal) =>
        startNode(process, {
          properties: properties.text,
          logger: transcriptLogger(world, process),
          fatal,
        }),
    });
    const { disk } = this.#machine;
    this.#topics = new Topics(disk, properties);
    this.#metadataLog = metadataLogOf(disk, properties);
    this.#surroundings = this.#survey();
    const { acknowledged, metadata, idempotence } = this.#surroundings;
    const ending = (): void => {
      for (const log of this.#topics.logs) idempotence.check(log);
      this.#checkBugs();
    };
    this.#machine.watchers.push(acknowledged, metadata, { ending });
    const machine = this.#machine;
    this.#faults = new Faults({ world, machine, stopping: this.#faulting.signal });
  }

  async run(): Promise<void> {
    const unwatch = watchUnhandled(this.#world);
    try {
      await this.#runFaulty();
      await this.#runHealed();
    } finally {
      unwatch();
    }
  }

  outcome(seed: number): Outcome {
    const { violation, clock } = this.#world;
    const simulatedMs = clock.monotonic();
    const { acknowledged, read } = this.#surroundings.tally;
    const faults = this.#faults.count;
    const { least } = this.#extent;
    const isTooLittle = simulatedMs < least.simulatedMs || faults < least.faults ||
      acknowledged < least.acknowledged;
    const { starts, powerLosses } = this.#machine;
    const done = { simulatedMs, faults, acknowledged, read, starts, powerLosses };
    const failure = violation ?? (isTooLittle
      ? { checker: "amount", message: `Not enough has happened: ${JSON.stringify(least)}` }
      : undefined);
    if (failure === undefined) return { seed, ...done, failure };
    const { checker, message } = failure;
    return { seed, ...done, failure: { checker, message } };
  }

  #survey(): Surroundings {
    const world = this.#world;
    const machine = this.#machine;
    const topics = this.#topics;
    const metadataLog = this.#metadataLog;
    const logs = () => [...topics.logs, metadataLog];
    const image = () => machine.program?.controller.image;
    return {
      world,
      bootstrap: [{ host: HOST, port: CLIENT_PORT }],
      topics,
      crashes: () => machine.crashes,
      powerLosses: () => machine.powerLosses,
      acknowledged: new AcknowledgedAndSynced(world, logs),
      idempotence: new Idempotence(world, () => machine.powerLosses),
      metadata: new MetadataImage({ world, topics, image, metadataLog }),
      tally: new Tally(),
      stopping: this.#stopping.signal,
    };
  }

  async #runFaulty(): Promise<void> {
    const surroundings = this.#surroundings;
    this.#machine.powerOn();
    const clients = [
      new AdminWorkload("admin", surroundings),
      ...names("producer", PRODUCERS).map((name) => new ProducerWorkload(name, surroundings)),
      ...names("consumer", CONSUMERS).map((name) => new ConsumerWorkload(name, surroundings)),
    ];
    const running = [this.#faults, ...clients].map((one) => watchedClient(this.#world, one.run()));
    await this.#world.runUntil(this.#extent.faultsMs);
    this.#faulting.abort();
    this.#faults.heal();
    this.#stopping.abort();
    // Clients end by themselves, and the node comes back.
    const ended = await this.#world.runFor(Promise.all(running), HEALED_MS);
    this.#world.expect(ended !== undefined, "liveness", () =>
      `Clients did not come to an end within ${HEALED_MS} ms`);
  }

  async #runHealed(): Promise<void> {
    const world = this.#world;
    if (world.violation === undefined) await checkLiveness(this.#surroundings, HEALED_MS);
    this.#machine.unsupervise();
    this.#machine.stop();
    const untilMs = world.clock.monotonic() + HEALED_MS;
    while (this.#machine.hasProcess && world.clock.monotonic() < untilMs) {
      await world.runUntil(world.clock.monotonic() + 100);
      if (world.violation !== undefined) return;
    }
    world.expect(!this.#machine.hasProcess, "liveness", () => "The node does not stop");
    for (const log of this.#topics.logs) {
      log.log.reread();
      checkLogIsDense(world, log);
    }
  }

  #checkBugs(): void {
    const bugs = this.#machine.program?.bugs() ?? 0;
    this.#world.expect(bugs === 0, "no_bugs", () => `Requests have met ${bugs} bugs`);
  }
}

function metadataLogOf(disk: Machine<SimulatedNode>["disk"], { metadataLogDir }: NodeProperties) {
  const name = `${METADATA_TOPIC}-0`;
  const directory = `${metadataLogDir}/${name}`;
  const log = new DiskLog(disk, () => directory);
  return new LogTruth(name, log, { snapshotEnd: () => newestSnapshotEnd(disk, directory) });
}
