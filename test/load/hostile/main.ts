// A node under a steady load of one that behaves, and clients beside it that do not. It must stay
// up, keep to its bounds, and go on answering the one that behaves.

import { spawn } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Admin, connect, Producer } from "@odradek/client";
import { anonymousBytes } from "../../../scripts/bench/costs.ts";
import {
  freePort,
  type NodeProcess,
  removeFolder,
  startProcess,
  temporaryFolder,
} from "../../integration/processes.ts";

/** By part: how many of what, at full length. */
const PARTS: Readonly<Record<string, number>> = {
  frames: 100_000,
  halves: 2000,
  readers: 200,
  churn: 50_000,
  pipeline: 1_000_000_000,
};
const QUICK = 20;

const MB = 1024 * 1024;
/** `queued.max.request.bytes` here: more than one request of the largest size. */
const QUEUED_MB = 128;
const MEMORY_MB_MAX = QUEUED_MB + 64;
const LATENCY_FACTOR_MAX = 10;
/** Between two records of the one that behaves. */
const PACE_MS = 5;
const QUIET_MS = 8000;
/** What a topic holds for those who never read. */
const FILL_MB = 20;

interface Row {
  readonly part: string;
  readonly what: string;
  readonly p99Ms: number;
  readonly grownMb: number;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      only: { type: "string", default: Object.keys(PARTS).join(",") },
      quick: { type: "boolean", default: false },
      seed: { type: "string", default: "1" },
      reactors: { type: "string", default: "1" },
    },
  });
  const dataDir = await temporaryFolder("hostile");
  const node = await startProcess({
    port: await freePort(),
    dataDir,
    overrides: [
      `queued.max.request.bytes=${QUEUED_MB * MB}`,
      `odradek.reactors=${values.reactors}`,
    ],
  });
  try {
    const friend = await Friend.make(node);
    const quiet = await friend.watch(() => delay(QUIET_MS, "quiet"), node);
    print({ ...quiet, part: "(quiet)" });
    const rows: Row[] = [];
    for (const part of values.only.split(",")) {
      const count = Math.ceil((PARTS[part] ?? 0) / (values.quick ? QUICK : 1));
      const task = [part, "127.0.0.1", `${node.port}`, `${count}`, values.seed, friend.topicId];
      const row = { ...await friend.watch(() => enemies(task), node), part };
      print(row);
      rows.push(row);
    }
    await friend.end();
    return judge(rows, quiet.p99Ms);
  } finally {
    await node.stop();
    await removeFolder(dataDir);
  }
}

function print({ part, what, p99Ms, grownMb }: Row): void {
  const figures = `p99 ${p99Ms.toFixed(1).padStart(7)} ms   memory +${grownMb.toFixed(0)} MB`;
  console.log(`${part.padEnd(10)} ${figures}   ${what}`);
}

function judge(rows: readonly Row[], quietMs: number): number {
  const bad = rows.flatMap(({ part, p99Ms, grownMb }) => [
    ...(p99Ms <= quietMs * LATENCY_FACTOR_MAX
      ? []
      : [`${part}: p99 ${(p99Ms / quietMs).toFixed(1)} times its quiet value`]),
    ...(grownMb <= MEMORY_MB_MAX
      ? []
      : [`${part}: memory grew by ${grownMb.toFixed(0)} MB, at most ${MEMORY_MB_MAX} are allowed`]),
  ]);
  for (const line of bad) console.log(`FAIL ${line}`);
  console.log(`${rows.length * 2 - bad.length} passed, ${bad.length} failed`);
  return bad.length === 0 ? 0 : 1;
}

function enemies(task: readonly string[]): Promise<string> {
  const module = fileURLToPath(new URL("enemies.ts", import.meta.url));
  const child = spawn(process.execPath, ["--conditions=odradek", module, ...task], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.once("exit", (code) => {
      if (code === 0) resolve(output.trim());
      else reject(new Error(`The part ${task[0]} ended with ${code}`));
    });
  });
}

/** Sends a record now and then, and measures how long the node takes to take it. */
class Friend {
  readonly topicId: string;
  readonly #cluster: ReturnType<typeof connect>;
  readonly #producer: Producer;

  private constructor(cluster: ReturnType<typeof connect>, topicId: string) {
    this.#cluster = cluster;
    this.topicId = topicId;
    this.#producer = new Producer(cluster);
  }

  static async make(node: NodeProcess): Promise<Friend> {
    const cluster = connect(node.address);
    const topic = { name: "much", partitions: 1, replicationFactor: 1 };
    const made = [...(await new Admin(cluster).createTopics([topic])).values()][0];
    if (made === undefined || made instanceof Error) throw made ?? new Error("No topic");
    const friend = new Friend(cluster, made.topicId);
    const value = new Uint8Array(100_000);
    for (let i = 0; i < FILL_MB * 10; i++) {
      await friend.#producer.send({ topic: "much", partition: 0, value });
    }
    return friend;
  }

  /** While something else goes on. */
  async watch(action: () => Promise<string>, { pid }: NodeProcess): Promise<Omit<Row, "part">> {
    const before = anonymousBytes(pid);
    let [most, isOver] = [before, false];
    const latencies: number[] = [];
    const load = async (): Promise<void> => {
      while (!isOver) {
        const sentMs = performance.now();
        await this.#producer.send({ topic: "much", partition: 0, value: new Uint8Array(100) });
        latencies.push(performance.now() - sentMs);
        await delay(PACE_MS);
      }
    };
    const look = async (): Promise<void> => {
      while (!isOver) {
        most = Math.max(most, anonymousBytes(pid));
        await delay(100);
      }
    };
    const watching = Promise.all([load(), look()]);
    const what = await action().finally(() => (isOver = true));
    await watching;
    latencies.sort((a, b) => a - b);
    const p99Ms = latencies[Math.floor(latencies.length * 0.99)] ?? Infinity;
    return { what, p99Ms, grownMb: (most - before) / MB };
  }

  async end(): Promise<void> {
    await this.#producer.close();
    this.#cluster.close();
  }
}

process.exit(await main());
