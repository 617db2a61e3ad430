// What every client library goes through with a node: keyed records with headers in every
// compression that it has; a group of two with a third that joins and one that leaves; commits; and
// the node dies in the middle. What the programs say of it is judged here.

import { Admin, type Cluster, connect, done, OFFSET_TIMES } from "@odradek/client";
import { freePort, type NodeProcess, startProcess } from "../integration/processes.ts";
import type { Client } from "./client.ts";
import { type Program, startProgram } from "./program.ts";
import { Seen } from "./seen.ts";

export interface ScenarioOptions {
  readonly client: Client;
  /** Where it is installed. */
  readonly folder: string;
  readonly dataDir: string;
  /** Records in each phase. */
  readonly records: number;
  readonly reactors?: number;
}

const TOPIC = "records";
const GROUP = "readers";
const PARTITIONS = 6;
const DEADLINE_MS = 240_000;
/** At least: two members, three, two again. */
const PHASES_MIN = 3;

/** Throws what went wrong. */
export async function runScenario(options: ScenarioOptions): Promise<void> {
  const run = new Run(options);
  await run.begin();
  try {
    await run.members(2);
    await run.phases();
    await run.committed();
  } finally {
    await run.end();
  }
}

class Run {
  readonly #options: ScenarioOptions;
  readonly #seen = new Seen();
  readonly #readers: Program[] = [];
  #port = 0;
  #node: NodeProcess | undefined;
  #cluster: Cluster | undefined;
  #written = 0;

  constructor(options: ScenarioOptions) {
    this.#options = options;
  }

  async begin(): Promise<void> {
    this.#port = await freePort();
    const node = await this.#startNode();
    this.#cluster = connect(node.address);
    const topic = { name: TOPIC, partitions: PARTITIONS };
    done((await new Admin(this.#cluster).createTopics([topic])).get(topic));
  }

  async end(): Promise<void> {
    for (const reader of this.#readers) reader.kill();
    this.#cluster?.close();
    await this.#node?.stop();
  }

  /** Programs come or go until the group has so many. */
  async members(count: number): Promise<void> {
    while (this.#readers.length < count) this.#readers.push(this.#read());
    while (this.#readers.length > count) await this.#readers.shift()?.stop();
    await this.#until(async () => await this.#memberCount() === count, `${count} members`);
  }

  async phases(): Promise<void> {
    const { codecs } = this.#options.client;
    for (let phase = 0; phase < Math.max(PHASES_MIN, codecs.length); phase++) {
      if (phase === 1) await this.members(3);
      if (phase === 2) await this.members(2);
      const before = this.#seen.count;
      const writing = this.#write(codecs[phase % codecs.length] ?? "none", this.#options.records);
      if (phase === 2) await Promise.all([writing, this.#killAfter(before)]);
      await writing;
      await this.#readAll();
    }
    this.#seen.check(this.#options.client.mayRepeat);
  }

  /** Who comes after them all has nothing left to read but what is new. */
  async committed(): Promise<void> {
    // kafkajs commits behind a batch only, and merely beats while there is none: whoever had read
    // all when the node died, and could not say so, says so behind the next batch, not before.
    await this.#write("none", 100);
    await this.#readAll();
    let wanting = "";
    await this.#until(
      async () => (wanting = await this.#uncommitted()) === "",
      () => `all that was read is committed, but of partition ${wanting}`,
    );
    for (const reader of this.#readers.splice(0)) await reader.stop();
    this.#seen.forget();
    const first = this.#written;
    await this.members(1);
    await this.#write("none", 100);
    await this.#readAll(first);
    const again = this.#seen.below(first);
    if (again > 0) throw new Error(`${again} records were read again after they were committed`);
  }

  #read(): Program {
    const { client, folder } = this.#options;
    const args = ["consume", this.#address, TOPIC, GROUP];
    return startProgram(client.command(folder), args, (line) => this.#seen.take(line));
  }

  async #write(codec: string, count: number): Promise<void> {
    const { client, folder } = this.#options;
    const args = ["produce", this.#address, TOPIC, codec, `${this.#written}`, `${count}`];
    this.#written += count;
    await startProgram(client.command(folder), args, () => undefined).ended();
  }

  async #readAll(from = 0): Promise<void> {
    const wanted = this.#written - from;
    await this.#until(
      () => this.#seen.count >= wanted,
      () => `${wanted} records are read, not ${this.#seen.count}`,
    );
  }

  /** As soon as some more records have been read than these: in the middle of the others. */
  async #killAfter(count: number): Promise<void> {
    await this.#until(() => this.#seen.count > count, "something is read before the node dies");
    await this.#node?.kill();
    await this.#startNode();
  }

  async #startNode(): Promise<NodeProcess> {
    const { dataDir, reactors = 1 } = this.#options;
    const overrides = [
      `odradek.reactors=${reactors}`,
      "offsets.topic.num.partitions=3",
      "group.initial.rebalance.delay.ms=500",
    ];
    return this.#node = await startProcess({ port: this.#port, dataDir, overrides });
  }

  async #memberCount(): Promise<number> {
    const described = await new Admin(this.#cluster as Cluster).describeGroups([GROUP]);
    const group = described.get(GROUP);
    return group !== undefined && "members" in group && group.state === "Stable"
      ? group.members.length
      : 0;
  }

  /** `partition: committed of end`, of each where they differ; empty: none. */
  async #uncommitted(): Promise<string> {
    const admin = new Admin(this.#cluster as Cluster);
    const queries = Array.from({ length: PARTITIONS }, (_, partition) => ({
      topic: TOPIC,
      partition,
      timestamp: OFFSET_TIMES.latest,
    }));
    const ends = await admin.listOffsets(queries);
    const offsets = await admin.listGroupOffsets(GROUP);
    return queries.flatMap((query) => {
      const { partition } = query;
      const { offset: end } = done(ends.get(query));
      const committed = offsets.find((one) => one.partition === partition)?.offset ?? 0;
      return committed === end ? [] : [`${partition}: ${committed} of ${end}`];
    }).join(", ");
  }

  async #until(
    isSo: () => boolean | Promise<boolean>,
    what: string | (() => string),
  ): Promise<void> {
    const deadline = performance.now() + DEADLINE_MS;
    while (!await isSo()) {
      for (const reader of this.#readers) reader.check();
      if (performance.now() > deadline) {
        const wanted = typeof what === "string" ? what : what();
        throw new Error(`Not within ${DEADLINE_MS / 1000} s: ${wanted}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  get #address(): string {
    return `127.0.0.1:${this.#port}`;
  }
}
