// A node that is killed again and again while a producer writes to it: every record that was
// acknowledged must be there afterwards, once, where it was said to be, and in order. The page
// cache outlives the process, so nothing may be lost without a single sync.

import { parseArgs } from "node:util";
import { seededRandom } from "@odradek/base";
import { Admin, connect, Consumer, done, OFFSET_TIMES, Producer } from "@odradek/client";
import {
  freePort,
  type NodeProcess,
  removeFolder,
  startProcess,
  temporaryFolder,
} from "./processes.ts";

export interface KillLoopOptions {
  readonly rounds: number;
  readonly seed: number;
  readonly reactors: number;
  readonly log: (line: string) => void;
}

export interface KillLoopResult {
  readonly acknowledged: number;
  readonly found: number;
  /** Empty: all is well. */
  readonly problems: readonly string[];
}

interface Acknowledged {
  readonly partition: number;
  readonly offset: number;
}

const TOPIC = "killed";
const PARTITIONS = 4;
/** So that segments roll under load. */
const SEGMENT_BYTES = 1_048_576;
const VALUE_BYTES = 500;
const IN_FLIGHT = 200;
/** Acknowledged in a round before the node is killed: whenever that is, it is in the middle. */
const ROUND_RECORDS = { min: 1, more: 5000 } as const;
const ROUND_MS_MAX = 120_000;
/** Nothing is late here, however slow the machine: only lost. */
const DELIVERY_MS_MAX = 3_600_000;

export async function killLoop(options: KillLoopOptions): Promise<KillLoopResult> {
  const { rounds, seed, reactors, log } = options;
  const random = seededRandom(seed);
  const dataDir = await temporaryFolder("kill");
  const port = await freePort();
  const overrides = [`odradek.reactors=${reactors}`];
  const start = (): Promise<NodeProcess> => startProcess({ port, dataDir, overrides });
  let node = await start();
  const cluster = connect(node.address);
  try {
    const admin = new Admin(cluster);
    const configs = { "segment.bytes": String(SEGMENT_BYTES) };
    const topic = { name: TOPIC, partitions: PARTITIONS, configs };
    done((await admin.createTopics([topic])).get(topic));
    const producer = new Producer(cluster, { lingerMs: 2, deliveryTimeoutMs: DELIVERY_MS_MAX });
    const load = new Load(producer);
    load.start();
    for (let round = 1; round <= rounds; round++) {
      const before = load.acknowledged.size;
      await load.reaches(before + ROUND_RECORDS.min + random.below(ROUND_RECORDS.more));
      await node.kill();
      const count = load.acknowledged.size - before;
      node = await start();
      const ready = /ready in (\d+) ms/.exec(node.output())?.[1];
      log(`round ${round}: ${count} acknowledged, ready in ${ready} ms`);
    }
    await load.stop();
    const found = await readAll(new Consumer(cluster), admin);
    const problems = check(load.acknowledged, found);
    return { acknowledged: load.acknowledged.size, found: found.flat().length, problems };
  } finally {
    await cluster[Symbol.asyncDispose]();
    await node.stop();
    await removeFolder(dataDir);
  }
}

/** Writes numbered records, so many at a time, and remembers what was said of them. */
class Load {
  readonly #producer: Producer;
  readonly acknowledged = new Map<number, Acknowledged>();
  #goal = Number.POSITIVE_INFINITY;
  #reached: () => void = () => undefined;
  #next = 0;
  #isStopping = false;
  #running: Promise<unknown> = Promise.resolve();

  constructor(producer: Producer) {
    this.#producer = producer;
  }

  start(): void {
    this.#running = Promise.all(Array.from({ length: IN_FLIGHT }, () => this.#write()));
    // Told by the next wait.
    this.#running.catch(() => undefined);
  }

  /** Resolves when so many are acknowledged. Rejects if writing fails, or gets nowhere. */
  async reaches(count: number): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    [this.#goal, this.#reached] = [count, resolve];
    const tooSlow = (): void =>
      reject(new Error(`${this.acknowledged.size} of ${count} acknowledged, and no more`));
    const timer = setTimeout(tooSlow, ROUND_MS_MAX);
    try {
      await Promise.race([promise, this.#running]);
    } finally {
      clearTimeout(timer);
    }
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#running;
    await this.#producer[Symbol.asyncDispose]();
  }

  async #write(): Promise<void> {
    while (!this.#isStopping) {
      const number = this.#next++;
      const value = String(number).padEnd(VALUE_BYTES, ".");
      const partition = number % PARTITIONS;
      const delivery = await this.#producer.send({ topic: TOPIC, partition, value });
      this.acknowledged.set(number, { partition, offset: delivery.offset });
      if (this.acknowledged.size >= this.#goal) this.#reached();
    }
  }
}

/** The numbers in each partition, by offset. */
async function readAll(consumer: Consumer, admin: Admin): Promise<number[][]> {
  const found: number[][] = [];
  for (let partition = 0; partition < PARTITIONS; partition++) {
    const query = { topic: TOPIC, partition, timestamp: OFFSET_TIMES.latest };
    const end = done((await admin.listOffsets([query])).get(query)).offset;
    const numbers: number[] = [];
    const records = consumer.consume({ topic: TOPIC, partition, offset: "earliest" });
    for await (const { offset, value } of records) {
      numbers[offset] = Number.parseInt(new TextDecoder().decode(value ?? undefined), 10);
      if (offset + 1 >= end) break;
    }
    found.push(numbers);
  }
  return found;
}

function check(
  acknowledged: ReadonlyMap<number, Acknowledged>,
  found: readonly (readonly number[])[],
): string[] {
  const problems: string[] = [];
  const seen = new Set<number>();
  for (const [partition, numbers] of found.entries()) {
    let last = -1;
    for (const [offset, number] of numbers.entries()) {
      if (number === undefined) problems.push(`partition ${partition}: no offset ${offset}`);
      else if (seen.has(number)) problems.push(`record ${number} is there twice`);
      else if (number < last) problems.push(`record ${number} comes after ${last}`);
      else [last] = [number];
      seen.add(number);
    }
  }
  for (const [number, { partition, offset }] of acknowledged) {
    if (found[partition]?.[offset] !== number) {
      problems.push(`record ${number} is not at offset ${offset} of partition ${partition}`);
    }
  }
  return problems;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      rounds: { type: "string", default: "20" },
      seed: { type: "string", default: "1" },
      reactors: { type: "string", default: "1" },
    },
  });
  const { acknowledged, found, problems } = await killLoop({
    rounds: Number(values.rounds),
    seed: Number(values.seed),
    reactors: Number(values.reactors),
    log: (line) => console.log(line),
  });
  for (const problem of problems.slice(0, 20)) console.log(problem);
  console.log(`${acknowledged} acknowledged, ${found} found, ${problems.length} problems`);
  return problems.length === 0 && acknowledged > 0 ? 0 : 1;
}

if (import.meta.main) process.exit(await main());
