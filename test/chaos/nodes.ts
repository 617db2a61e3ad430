// Three nodes in three racks, controllers and brokers each, every one on a host of its own; and how
// each fault befalls them.

import { readFile } from "node:fs/promises";
import { segmentsIn } from "../integration/log_files.ts";
import { type NodeProcess, startProcess } from "../integration/processes.ts";
import { addressOf, type Links } from "./links.ts";
import type { PlannedFault } from "./plan.ts";

export const NODES = [1, 2, 3] as const;
const PORT = 9092;
const CONTROLLER_PORT = 9093;
const RACKS = ["a", "b", "c"];

export interface NodesOptions {
  readonly folder: string;
  readonly links: Links;
  /** `key=value` each. */
  readonly overrides: readonly string[];
}

export class Nodes implements AsyncDisposable {
  readonly #options: NodesOptions;
  /** Each as soon as it is ready: a fault waits for that. */
  readonly #running = new Map<number, Promise<NodeProcess>>();

  private constructor(options: NodesOptions) {
    this.#options = options;
  }

  static async start(options: NodesOptions): Promise<Nodes> {
    const nodes = new Nodes(options);
    await Promise.all(NODES.map((id) => nodes.#start(id)));
    return nodes;
  }

  get addresses(): string {
    return NODES.map((id) => `${addressOf(id)}:${PORT}`).join(",");
  }

  async begin({ kind, nodes, from }: PlannedFault): Promise<void> {
    for (const id of nodes) {
      switch (kind) {
        case "restart":
          await (await this.#running.get(id))?.stop();
          break;
        case "pause":
          await this.#signal(id, "SIGSTOP");
          break;
        case "kill":
          await this.#kill(id);
          break;
        case "kill all":
          await Promise.all(nodes.map((one) => this.#kill(one)));
          break;
        case "cut":
        case "cut one way":
          for (const other of from) await this.#cut(id, other, kind === "cut");
      }
    }
  }

  async heal({ kind, nodes, from }: PlannedFault): Promise<void> {
    switch (kind) {
      case "restart":
      case "kill":
      case "kill all":
        await Promise.all(nodes.map((id) => this.#start(id)));
        return;
      case "pause":
        for (const id of nodes) await this.#signal(id, "SIGCONT");
        return;
      case "cut":
      case "cut one way":
        for (const id of nodes) {
          for (const other of from) await this.#mend(id, other, kind === "cut");
        }
    }
  }

  /** What every node has of a partition, byte for byte, once nobody writes any more. */
  async logs(topic: string, partition: number): Promise<Buffer[]> {
    return await Promise.all(NODES.map(async (id) => {
      const paths = await segmentsIn(`${this.#folderOf(id)}/${topic}-${partition}`);
      return Buffer.concat(await Promise.all(paths.map((path) => readFile(path))));
    }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // One that has failed to start is no more.
    await Promise.allSettled(NODES.map((id) => this.#kill(id)));
  }

  async #start(id: number): Promise<void> {
    const address = addressOf(id);
    const voters = NODES.map((one) => `${one}@${addressOf(one)}:${CONTROLLER_PORT}`);
    const overrides = [
      "process.roles=broker,controller",
      `node.id=${id}`,
      `listeners=PLAINTEXT://${address}:${PORT},CONTROLLER://${address}:${CONTROLLER_PORT}`,
      "controller.listener.names=CONTROLLER",
      `controller.quorum.voters=${voters.join(",")}`,
      "cluster.id=AAAAAAAAQACAAAAAAAAAAQ",
      `broker.rack=${RACKS[id - 1]}`,
      ...this.#options.overrides,
    ];
    const dataDir = this.#folderOf(id);
    const through = this.#options.links.prefix(id);
    const starting = startProcess({ port: PORT, dataDir, overrides, through });
    this.#running.set(id, starting);
    await starting;
  }

  async #kill(id: number): Promise<void> {
    const running = await this.#running.get(id);
    this.#running.delete(id);
    await running?.kill();
  }

  async #signal(id: number, signal: NodeJS.Signals): Promise<void> {
    const running = await this.#running.get(id);
    if (running !== undefined) process.kill(running.pid, signal);
  }

  async #cut(id: number, other: number, isBothWays: boolean): Promise<void> {
    const { links } = this.#options;
    await links.cut(id, other);
    if (isBothWays) await links.cut(other, id);
  }

  async #mend(id: number, other: number, isBothWays: boolean): Promise<void> {
    const { links } = this.#options;
    await links.mend(id, other);
    if (isBothWays) await links.mend(other, id);
  }

  #folderOf(id: number): string {
    return `${this.#options.folder}/${id}`;
  }
}
