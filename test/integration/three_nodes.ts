// Three nodes, each controller and broker, in folders of their own: started, stopped and killed one
// by one.

import {
  freePort,
  type NodeProcess,
  removeFolder,
  startProcess,
  temporaryFolder,
} from "./processes.ts";

export const NODES = [1, 2, 3] as const;

export interface ThreeNodesOptions {
  /** `key=value` each. */
  readonly overrides?: readonly string[];
  /** `key=value` each, of one of them, which has this folder. */
  readonly overridesOf?: (id: number, folder: string) => readonly string[];
}

/** So much above the port for clients. */
const CONTROLLER_PORT = 10;

export class ThreeNodes implements AsyncDisposable {
  /** Goes with the nodes. */
  readonly folder: string;
  readonly #ports: readonly number[];
  readonly #options: ThreeNodesOptions;
  readonly #running = new Map<number, NodeProcess>();

  private constructor(folder: string, ports: readonly number[], options: ThreeNodesOptions) {
    this.folder = folder;
    this.#ports = ports;
    this.#options = options;
  }

  static async start(options: ThreeNodesOptions = {}): Promise<ThreeNodes> {
    const folder = await temporaryFolder("three");
    const ports: number[] = [];
    while (ports.length < NODES.length) {
      const port = await freePort();
      if (ports.every((other) => Math.abs(other - port) > CONTROLLER_PORT)) ports.push(port);
    }
    const nodes = new ThreeNodes(folder, ports, options);
    await Promise.all(NODES.map((id) => nodes.restart(id)));
    return nodes;
  }

  get addresses(): string {
    return NODES.map((id) => this.addressOf(id)).join(",");
  }

  addressOf(id: number): string {
    return `127.0.0.1:${this.#portOf(id)}`;
  }

  /** Of what it keeps. */
  folderOf(id: number): string {
    return `${this.folder}/${id}`;
  }

  pidOf(id: number): number {
    const node = this.#running.get(id);
    if (node === undefined) throw new Error(`Node ${id} does not run`);
    return node.pid;
  }

  /** Resolves when it is ready. */
  async restart(id: number): Promise<void> {
    const port = this.#portOf(id);
    const voters = NODES.map((one) => `${one}@127.0.0.1:${this.#portOf(one) + CONTROLLER_PORT}`);
    const controller = `CONTROLLER://127.0.0.1:${port + CONTROLLER_PORT}`;
    const overrides = [
      "process.roles=broker,controller",
      `node.id=${id}`,
      `listeners=PLAINTEXT://127.0.0.1:${port},${controller}`,
      "controller.listener.names=CONTROLLER",
      `controller.quorum.voters=${voters.join(",")}`,
      "cluster.id=AAAAAAAAQACAAAAAAAAAAQ",
      ...this.#options.overrides ?? [],
      ...this.#options.overridesOf?.(id, this.folderOf(id)) ?? [],
    ];
    const dataDir = this.folderOf(id);
    this.#running.set(id, await startProcess({ port, dataDir, overrides }));
  }

  /** In order. */
  async stop(id: number): Promise<void> {
    await this.#running.get(id)?.stop();
    this.#running.delete(id);
  }

  /** The same, with its exit status and what it wrote. */
  async stopped(id: number): Promise<{ readonly code: number | null; readonly output: string }> {
    const node = this.#running.get(id);
    const code = await node?.stop() ?? null;
    this.#running.delete(id);
    return { code, output: node?.output() ?? "" };
  }

  async kill(id: number): Promise<void> {
    await this.#running.get(id)?.kill();
    this.#running.delete(id);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const id of NODES) await this.kill(id);
    await removeFolder(this.folder);
  }

  #portOf(id: number): number {
    return this.#ports[id - 1] as number;
  }
}
