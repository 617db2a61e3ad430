// 16 syncs that take 2 s each, because strace delays the system call, while others work: a client
// that waits for no sync, one that waits for quick ones, and members of a group that only stay
// alive. How long each of them waits, before and meanwhile.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import { Admin, type Cluster, connect, done, Producer } from "@odradek/client";
import {
  freePort,
  type NodeProcess,
  removeFolder,
  startProcess,
  temporaryFolder,
} from "../integration/processes.ts";

const SYNCS = 16;
const SYNC_MS = 2000;
/** Nobody else may be held back for a quarter of one sync. */
const WAIT_MS_MAX = SYNC_MS / 4;
const PACE_MS = 10;

interface Probe {
  readonly name: string;
  /** ms of each call. */
  readonly waits: number[];
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { seconds: { type: "string", default: "6" } } });
  const seconds = Number(values.seconds);
  const dataDir = await temporaryFolder("slow-syncs");
  const overrides = ["broker.heartbeat.interval.ms=200", "broker.session.timeout.ms=1000"];
  const node = await startProcess({ port: await freePort(), dataDir, overrides });
  try {
    const admin = connect(node.address);
    await create(admin, { name: "slow", partitions: SYNCS, isSynced: true });
    await create(admin, { name: "quick", partitions: 1, isSynced: false });
    await create(admin, { name: "synced", partitions: 1, isSynced: true });
    const strace = await delaySyncs(node, dataDir);
    if (strace === undefined) return skipped();
    const quiet = await probe(node, seconds);
    const slow = new SlowLoad(node);
    const loaded = await probe(node, seconds);
    const { count, shortestMs } = await slow.end();
    strace.kill("SIGINT");
    admin.close();
    console.log(`${count} records waited for a slow sync, ${shortestMs.toFixed(0)} ms at least`);
    return judge({ quiet, loaded, shortestMs, output: node.output() });
  } finally {
    await node.stop();
    await removeFolder(dataDir);
  }
}

function skipped(): number {
  console.log("skipped: strace is not on this machine, or may not look at the node");
  return 0;
}

async function create(
  cluster: Cluster,
  { name, partitions, isSynced }: {
    readonly name: string;
    readonly partitions: number;
    readonly isSynced: boolean;
  },
): Promise<void> {
  const configs = isSynced ? { "flush.messages": "1" } : {};
  const topic = { name, partitions, replicationFactor: 1, configs };
  done((await new Admin(cluster).createTopics([topic])).get(topic));
}

/** From now on, of the partitions of one topic. Undefined: it cannot be done here. */
async function delaySyncs({ pid }: NodeProcess, dataDir: string) {
  const paths = Array.from(
    { length: SYNCS },
    (_, i) => ["-P", join(dataDir, `slow-${i}`, "00000000000000000000.log")],
  ).flat();
  const call = "fdatasync";
  const args = ["-f", "-q", "-p", `${pid}`, ...paths, "-e", `trace=${call}`];
  const delayed = ["-e", `inject=${call}:delay_enter=${SYNC_MS * 1000}`, "-o", "/dev/null"];
  const child = spawn("strace", [...args, ...delayed], { stdio: "ignore" });
  const ended = Promise.race([once(child, "error"), once(child, "exit")]).then(() => true);
  const hasEnded = await Promise.race([ended, delay(2000, false)]);
  return hasEnded ? undefined : child;
}

/** Records for all slow partitions, again and again: each waits for a sync. */
class SlowLoad {
  readonly #cluster: Cluster;
  readonly #producer: Producer;
  readonly #running: Promise<void>;
  #isOver = false;
  #count = 0;
  #shortestMs = Number.POSITIVE_INFINITY;

  constructor({ address }: NodeProcess) {
    this.#cluster = connect(address);
    this.#producer = new Producer(this.#cluster);
    this.#running = this.#run();
  }

  async #run(): Promise<void> {
    await Promise.all(Array.from({ length: SYNCS }, async (_, partition) => {
      while (!this.#isOver) {
        const sentMs = performance.now();
        await this.#producer.send({ topic: "slow", partition, value: new Uint8Array(10) });
        this.#shortestMs = Math.min(this.#shortestMs, performance.now() - sentMs);
        this.#count++;
      }
    }));
  }

  async end(): Promise<{ readonly count: number; readonly shortestMs: number }> {
    this.#isOver = true;
    await this.#running;
    await this.#producer.close();
    this.#cluster.close();
    return { count: this.#count, shortestMs: this.#shortestMs };
  }
}

/** What others wait for, each over a connection of its own. */
async function probe(node: NodeProcess, seconds: number): Promise<readonly Probe[]> {
  const untilMs = performance.now() + seconds * 1000;
  const probing = async (name: string, call: (cluster: Cluster) => () => Promise<unknown>) => {
    const cluster = connect(node.address);
    const act = call(cluster);
    await act();
    const waits: number[] = [];
    while (performance.now() < untilMs) {
      const beforeMs = performance.now();
      await act();
      waits.push(performance.now() - beforeMs);
      await delay(PACE_MS);
    }
    cluster.close();
    return { name, waits };
  };
  const producing = (topic: string) => (cluster: Cluster) => {
    const producer = new Producer(cluster);
    return () => producer.send({ topic, partition: 0, value: new Uint8Array(10) });
  };
  return await Promise.all([
    probing("produce, no sync", producing("quick")),
    probing("produce, quick syncs", producing("synced")),
    probing("groups are listed", (cluster) => {
      const admin = new Admin(cluster);
      return () => admin.listGroups();
    }),
  ]);
}

function judge({ quiet, loaded, shortestMs, output }: {
  readonly quiet: readonly Probe[];
  readonly loaded: readonly Probe[];
  readonly shortestMs: number;
  readonly output: string;
}): number {
  const bad: string[] = [];
  if (shortestMs < SYNC_MS) bad.push(`a slow sync took ${shortestMs.toFixed(0)} ms only`);
  if (/fenced/i.test(output)) bad.push("the broker was fenced");
  for (const [i, { name, waits }] of loaded.entries()) {
    const before = quiet[i]?.waits ?? [];
    const longest = Math.max(...waits);
    console.log(
      `${name.padEnd(22)} before: ${figures(before)}   meanwhile: ${figures(waits)}`,
    );
    if (longest > WAIT_MS_MAX) bad.push(`${name} waited for ${longest.toFixed(0)} ms`);
  }
  for (const line of bad) console.log(`FAIL ${line}`);
  console.log(`${loaded.length + 2 - bad.length} passed, ${bad.length} failed`);
  return bad.length === 0 ? 0 : 1;
}

function figures(waits: readonly number[]): string {
  const sorted = waits.toSorted((a, b) => a - b);
  const at = (part: number): string => (sorted[Math.floor(sorted.length * part)] ?? 0).toFixed(1);
  return `p50 ${at(0.5)}, p99 ${at(0.99)}, longest ${(sorted.at(-1) ?? 0).toFixed(1)} ms`;
}

process.exit(await main());
