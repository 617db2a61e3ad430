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
  readonly #running = new Map<number, NodeProcess>();

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
    switch (kind) {
      case "restart":
        await Promise.all(nodes.map((id) => this.#node(id).stop()));
        return;
      case "pause":
        return nodes.forEach((id) => this.#signal(id, "SIGSTOP"));
      case "kill":
      case "kill all":
        await Promise.all(nodes.map((id) => this.#node(id).kill()));
        return;
      case "cut":
      case "cut one way":
        for (const id of nodes) {
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
        return nodes.forEach((id) => this.#signal(id, "SIGCONT"));
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
    await Promise.all([...this.#running.values()].map((node) => node.kill()));
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
    this.#running.set(id, await startProcess({ port: PORT, dataDir, overrides, through }));
  }

  #node(id: number): NodeProcess {
    return this.#running.get(id) as NodeProcess;
  }

  #signal(id: number, signal: NodeJS.Signals): void {
    process.kill(this.#node(id).pid, signal);
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
