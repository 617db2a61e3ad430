// Three controllers and three brokers as six processes: started, killed and paused one by one.

import {
  freePort,
  type NodeProcess,
  removeFolder,
  startProcess,
  temporaryFolder,
} from "../../integration/processes.ts";

export const CONTROLLERS = [1, 2, 3] as const;
export const BROKERS = [4, 5, 6] as const;
const ALL = [...CONTROLLERS, ...BROKERS];
const METADATA_FOLDER = "__cluster_metadata-0";

export class SixNodes implements AsyncDisposable {
  readonly #folder: string;
  readonly #ports: ReadonlyMap<number, number>;
  readonly #overrides: readonly string[];
  readonly #running = new Map<number, NodeProcess>();

  private constructor(
    folder: string,
    ports: ReadonlyMap<number, number>,
    overrides: readonly string[],
  ) {
    this.#folder = folder;
    this.#ports = ports;
    this.#overrides = overrides;
  }

  /** `overrides`: `key=value` each, of all nodes. */
  static async start(overrides: readonly string[] = []): Promise<SixNodes> {
    const ports = new Set<number>();
    while (ports.size < ALL.length) ports.add(await freePort());
    const byId = new Map(ALL.map((id, i) => [id, [...ports][i] as number]));
    const nodes = new SixNodes(await temporaryFolder("six"), byId, overrides);
    await nodes.restart(ALL);
    return nodes;
  }

  /** Of the brokers. */
  get addresses(): string {
    return BROKERS.map((id) => this.addressOf(id)).join(",");
  }

  get controllerAddresses(): string {
    return CONTROLLERS.map((id) => this.addressOf(id)).join(",");
  }

  addressOf(id: number): string {
    return `127.0.0.1:${this.#ports.get(id)}`;
  }

  metadataFolderOf(id: number): string {
    return `${this.#folder}/${id}/${METADATA_FOLDER}`;
  }

  outputOf(id: number): string {
    return this.#running.get(id)?.output() ?? "";
  }

  /** Those of them that do not run. Resolves when they are ready. */
  async restart(ids: readonly number[] = ALL): Promise<void> {
    await Promise.all(ids.filter((id) => !this.#running.has(id)).map((id) => this.#start(id)));
  }

  /** SIGKILL, all of them at once. */
  async kill(ids: readonly number[] = ALL): Promise<void> {
    const killed = ids.map((id) => this.#running.get(id)?.kill());
    for (const id of ids) this.#running.delete(id);
    await Promise.all(killed);
  }

  signal(id: number, signal: NodeJS.Signals): void {
    process.kill(this.#node(id).pid, signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    await removeFolder(this.#folder);
  }

  async #start(id: number): Promise<void> {
    const isController = CONTROLLERS.some((one) => one === id);
    const port = this.#ports.get(id) as number;
    const voters = CONTROLLERS.map((one) => `${one}@${this.addressOf(one)}`);
    const overrides = [
      `process.roles=${isController ? "controller" : "broker"}`,
      `node.id=${id}`,
      `listeners=${isController ? "CONTROLLER" : "PLAINTEXT"}://127.0.0.1:${port}`,
      "controller.listener.names=CONTROLLER",
      `controller.quorum.voters=${voters.join(",")}`,
      "cluster.id=AAAAAAAAQACAAAAAAAAAAQ",
      ...this.#overrides,
    ];
    const dataDir = `${this.#folder}/${id}`;
    this.#running.set(id, await startProcess({ port, dataDir, overrides }));
  }

  #node(id: number): NodeProcess {
    const node = this.#running.get(id);
    if (node === undefined) throw new Error(`Node ${id} does not run`);
    return node;
  }
}
