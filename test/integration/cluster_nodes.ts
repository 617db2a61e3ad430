// The nodes of one cluster as processes, in folders of their own within one: started, stopped,
// killed and paused one by one. Where each of them is decides its roles.

import { type NodeProcess, removeFolder, startProcess } from "./processes.ts";

export interface NodePlace {
  /** Absent: this machine. */
  readonly host?: string;
  /** Of a broker. */
  readonly port?: number;
  /** Of a controller, which votes. */
  readonly controllerPort?: number;
  /** A command that becomes the node behind it, in another network for one. */
  readonly through?: readonly string[];
}

export interface ClusterNodesOptions {
  /** Goes with the nodes. */
  readonly folder: string;
  readonly places: ReadonlyMap<number, NodePlace>;
  /** `key=value` each. */
  readonly overrides?: readonly string[] | undefined;
  /** `key=value` each, of one of them, which has this folder. */
  readonly overridesOf?: ((id: number, folder: string) => readonly string[]) | undefined;
}

const THIS_MACHINE = "127.0.0.1";

export class ClusterNodes implements AsyncDisposable {
  readonly #options: ClusterNodesOptions;
  readonly #running = new Map<number, NodeProcess>();

  protected constructor(options: ClusterNodesOptions) {
    this.#options = options;
  }

  get folder(): string {
    return this.#options.folder;
  }

  /** Of the brokers. */
  get addresses(): string {
    return this.#addresses(({ port }) => port).join(",");
  }

  get controllerAddresses(): string {
    return this.#addresses(({ controllerPort }) => controllerPort).join(",");
  }

  /** Of the broker, or of a controller alone. */
  addressOf(id: number): string {
    const { host = THIS_MACHINE, port, controllerPort } = this.#placeOf(id);
    return `${host}:${port ?? controllerPort}`;
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

  outputOf(id: number): string {
    return this.#running.get(id)?.output() ?? "";
  }

  /** Resolves when it is ready. */
  async restart(id: number): Promise<void> {
    const { port, controllerPort, through = [] } = this.#placeOf(id);
    const dataDir = this.folderOf(id);
    const overrides = [
      ...this.#settingsOf(id),
      ...this.#options.overrides ?? [],
      ...this.#options.overridesOf?.(id, dataDir) ?? [],
    ];
    const place = { port: port ?? controllerPort ?? 0, dataDir };
    this.#running.set(id, await startProcess({ ...place, overrides, through }));
  }

  /** Those that do not run. */
  async restartAll(): Promise<void> {
    const ids = [...this.#options.places.keys()].filter((id) => !this.#running.has(id));
    await Promise.all(ids.map((id) => this.restart(id)));
  }

  /** In order. */
  async stop(id: number): Promise<void> {
    await this.stopped(id);
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

  async killAll(): Promise<void> {
    await Promise.all([...this.#running.keys()].map((id) => this.kill(id)));
  }

  signal(id: number, signal: NodeJS.Signals): void {
    process.kill(this.pidOf(id), signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.killAll();
    await removeFolder(this.folder);
  }

  #settingsOf(id: number): string[] {
    const { host = THIS_MACHINE, port, controllerPort } = this.#placeOf(id);
    const [roles, listeners]: [string[], string[]] = [[], []];
    if (port !== undefined) {
      roles.push("broker");
      listeners.push(`PLAINTEXT://${host}:${port}`);
    }
    if (controllerPort !== undefined) {
      roles.push("controller");
      listeners.push(`CONTROLLER://${host}:${controllerPort}`);
    }
    const voters = this.#addresses((place) => place.controllerPort, (voter) => `${voter}@`);
    return [
      `process.roles=${roles.join(",")}`,
      `node.id=${id}`,
      `listeners=${listeners.join(",")}`,
      "controller.listener.names=CONTROLLER",
      `controller.quorum.voters=${voters.join(",")}`,
      "cluster.id=AAAAAAAAQACAAAAAAAAAAQ",
    ];
  }

  /** Of those that have such a port. */
  #addresses(
    portOf: (place: NodePlace) => number | undefined,
    before: (id: number) => string = () => "",
  ): string[] {
    return [...this.#options.places].flatMap(([id, place]) => {
      const port = portOf(place);
      return port === undefined ? [] : [`${before(id)}${place.host ?? THIS_MACHINE}:${port}`];
    });
  }

  #placeOf(id: number): NodePlace {
    const place = this.#options.places.get(id);
    if (place === undefined) throw new Error(`There is no node ${id}`);
    return place;
  }
}
