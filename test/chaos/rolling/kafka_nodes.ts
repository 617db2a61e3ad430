// Three nodes of Apache Kafka, to see what clients make of a restart of those.

import { runCommand } from "../../clients/run_command.ts";
import { freePorts, removeFolder, temporaryFolder } from "../../integration/processes.ts";
import { NODES } from "../../integration/three_nodes.ts";


export class KafkaNodes implements AsyncDisposable {
  readonly folder: string;
  readonly #peer: string;
  readonly #port: number;
  readonly #settings: readonly string[];

  private constructor(
    { peer, folder, port, settings }: {
      readonly peer: string;
      readonly folder: string;
      readonly port: number;
      readonly settings: readonly string[];
    },
  ) {
    this.#peer = peer;
    this.folder = folder;
    this.#port = port;
    this.#settings = settings;
  }

  /** `peer`: the reference's script; `settings`: `key=value` each. */
  static async start(peer: string, settings: readonly string[]): Promise<KafkaNodes> {
    const folder = await temporaryFolder("kafka");
    const port = await freePorts(NODES.length);
    const nodes = new KafkaNodes({ peer, folder, port, settings });
    await nodes.#startAll();
    return nodes;
  }

  get addresses(): string {
    return NODES.map((id) => `127.0.0.1:${this.#port + id - 1}`).join(",");
  }

  async stop(id: number): Promise<void> {
    await runCommand(this.#peer, ["stop", "--dir", this.#data, "--node", `${id}`]);
  }

  /** Whoever does not run. */
  async restart(): Promise<void> {
    await this.#startAll();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await runCommand(this.#peer, ["stop", "--dir", this.#data, "--wipe"]);
    await removeFolder(this.folder);
  }

  get #data(): string {
    return `${this.folder}/kafka`;
  }

  async #startAll(): Promise<void> {
    const settings = this.#settings.length > 0 ? ["--set", ...this.#settings] : [];
    const place = ["--nodes", `${NODES.length}`, "--port", `${this.#port}`, "--dir", this.#data];
    await runCommand(this.#peer, ["start", ...place, ...settings]);
  }
}
