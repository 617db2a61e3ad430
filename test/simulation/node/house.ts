// One simulated node that lives until its test ends it, over a disk that the test chooses: for
// tests of one thing each. What can happen in any order is `simulation.ts`'s.

import type { Files } from "@odradek/base";
import { Cluster } from "@odradek/client";
import { SimulatedDisk } from "@odradek/log/testing/simulated_disk";
import { transcriptLogger } from "../world/log_lines.ts";
import { Process } from "../world/process.ts";
import { World } from "../world/world.ts";
import { type SimulatedNode, startNode } from "./composition.ts";
import { CLIENT_PORT, HOST } from "./properties.ts";

const START_MS_MAX = 60_000;

export interface HouseOptions {
  readonly settings?: Readonly<Record<string, string | number>>;
  /** The disk as the node finds it. */
  readonly over?: (files: Files, world: World) => Files;
}

export class House {
  readonly world = new World(1);
  readonly disk: SimulatedDisk;
  readonly #options: HouseOptions;
  #process: Process | undefined;
  node: SimulatedNode | undefined;
  /** Why the node had to end. */
  fatal: unknown;

  constructor(options: HouseOptions = {}) {
    this.#options = options;
    const { clock } = this.world;
    this.disk = new SimulatedDisk({ clock, random: this.world.chance() });
  }

  /** Another process over what is on the disk. */
  async start(): Promise<SimulatedNode> {
    const { world } = this;
    const { over = (files) => files, settings = {} } = this.#options;
    const process = new Process({
      world,
      name: HOST,
      files: over(this.disk.mount(), world),
      random: world.chance(),
      wallOffsetMs: () => 0,
    });
    this.#process = process;
    this.node = await this.within(START_MS_MAX, startNode(process, {
      properties: propertiesOf(settings),
      logger: transcriptLogger(world, process),
      fatal: (error) => (this.fatal = error),
    }));
    return this.node;
  }

  /** As by SIGKILL. */
  kill(): void {
    this.#process?.end();
    this.disk.kill();
    this.node = undefined;
  }

  async stop(): Promise<void> {
    if (this.node !== undefined) await this.within(START_MS_MAX, this.node.stop());
    this.kill();
  }

  connect(): Cluster {
    const { clock, network } = this.world;
    return new Cluster({
      bootstrap: [{ host: HOST, port: CLIENT_PORT }],
      transport: network.transport("client"),
      clock,
      random: this.world.chance(),
      clientId: "client",
    });
  }

  /** What the promise gives. Throws what it throws, and if it takes longer. */
  async within<T>(msMax: number, promise: Promise<T>): Promise<T> {
    let failure: { readonly error: unknown } | undefined;
    const settled = promise.then((value) => ({ value }), (error: unknown) => {
      failure = { error };
      return undefined;
    });
    const ended = await this.world.runFor(settled, msMax);
    if (failure !== undefined) throw failure.error;
    if (ended === undefined) throw new Error(`It takes more than ${msMax} simulated ms`);
    return ended.value;
  }

  async pass(ms: number): Promise<void> {
    await this.world.runUntil(this.world.clock.monotonic() + ms);
  }
}

function propertiesOf(settings: Readonly<Record<string, string | number>>): string {
  const all = {
    "process.roles": "broker,controller",
    "node.id": 1,
    "listeners": `PLAINTEXT://${HOST}:${CLIENT_PORT},CONTROLLER://${HOST}:9093`,
    "controller.listener.names": "CONTROLLER",
    "controller.quorum.bootstrap.servers": `${HOST}:9093`,
    "log.dirs": "/data",
    "metadata.log.dir": "/metadata",
    "auto.create.topics.enable": "false",
    "offsets.topic.replication.factor": 1,
    "offsets.topic.num.partitions": 1,
    ...settings,
  };
  return Object.entries(all).map(([key, value]) => `${key}=${value}`).join("\n");
}
