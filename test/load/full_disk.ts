// A node whose log directory is a small volume of its own (tmpfs). Producers fill it until they are
// refused, readers go on, room is made, the node is started again: nothing that was acknowledged
// may be lost. The volume is mounted in a namespace of this script's, so that it goes with it.

import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Admin, connect, Consumer, done, Producer } from "@odradek/client";
import { BrokerRefused } from "@odradek/client/refused";
import {
  freePort,
  type NodeProcess,
  removeFolder,
  startProcess,
  temporaryFolder,
} from "../integration/processes.ts";

const MB = 1024 * 1024;
/** Set for the process in the namespace. */
const INSIDE = "ODRADEK_FULL_DISK_INSIDE";
const TOPIC = "t";
const PARTITIONS = 4;
const VALUE_BYTES = 50_000;
/** What is kept free, and given away, when there is to be room again. */
const BALLAST_PART = 0.25;
const FULL_MS = 10_000;

/** Of each record that was acknowledged, its number, by partition and offset. */
type Acknowledged = Map<string, number>;

async function main(): Promise<number> {
  if (process.env[INSIDE] === undefined) return await runInside();
  const { values } = parseArgs({
    options: {
      megabytes: { type: "string", default: "64" },
      kill: { type: "boolean", default: false },
    },
  });
  const folder = await temporaryFolder("full-disk");
  const megabytes = Number(values.megabytes);
  mount(folder, megabytes);
  try {
    const problems = await fillAndFree({ folder, megabytes, isKilled: values.kill });
    for (const problem of problems) console.log(`FAIL ${problem}`);
    console.log(`${5 - problems.length} passed, ${problems.length} failed`);
    return problems.length === 0 ? 0 : 1;
  } finally {
    spawnSync("umount", [folder]);
    await removeFolder(folder);
  }
}

/** This script again, where it may mount. */
function runInside(): Promise<number> {
  const args = [...process.execArgv, fileURLToPath(import.meta.url), ...process.argv.slice(2)];
  const child = spawn("unshare", ["--map-root-user", "--mount", process.execPath, ...args], {
    stdio: "inherit",
    env: { ...process.env, [INSIDE]: "1" },
  });
  return new Promise((resolve) => {
    child.once("error", () => {
      console.log("skipped: there is no unshare on this machine");
      resolve(0);
    });
    child.once("exit", (code) => resolve(code ?? 1));
  });
}

function mount(folder: string, megabytes: number): void {
  const args = ["-t", "tmpfs", "-o", `size=${megabytes}m`, "none", folder];
  const { status, stderr } = spawnSync("mount", args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`Cannot mount a volume on "${folder}": ${stderr.trim()}`);
}

async function fillAndFree(
  { folder, megabytes, isKilled }: {
    readonly folder: string;
    readonly megabytes: number;
    readonly isKilled: boolean;
  },
): Promise<string[]> {
  const problems: string[] = [];
  const check = (holds: boolean, problem: string): void => {
    if (!holds) problems.push(problem);
  };
  const dataDir = join(folder, "data");
  mkdirSync(dataDir);
  const ballast = join(folder, "ballast");
  writeFileSync(ballast, new Uint8Array(megabytes * MB * BALLAST_PART));
  const start = async () => await startProcess({ port: await freePort(), dataDir });
  let node = await start();
  await createTopic(node);
  const acknowledged: Acknowledged = new Map();
  const refusals = await fill(node, acknowledged);
  console.log(`${acknowledged.size} records are acknowledged; then ${refusals.join(", ")}`);
  check(refusals.join() === "KAFKA_STORAGE_ERROR", `refused with ${refusals.join(", ")}`);
  check(await isAllThere(node, acknowledged), "not all can be read while the disk is full");
  await new Promise((resolve) => setTimeout(resolve, FULL_MS));
  check(await isAllThere(node, acknowledged), "not all can be read after a while");
  rmSync(ballast);
  if (isKilled) await node.kill();
  else await node.stop();
  node = await start();
  check(await isAllThere(node, acknowledged), "something that was acknowledged is lost");
  const before = acknowledged.size;
  await fill(node, acknowledged, 20);
  console.log(`${acknowledged.size - before} more after a restart`);
  check(acknowledged.size >= before + 20, "the node takes nothing more");
  await node.stop();
  return problems;
}

async function createTopic({ address }: NodeProcess): Promise<void> {
  const cluster = connect(address);
  const topic = { name: TOPIC, partitions: PARTITIONS, replicationFactor: 1 };
  done((await new Admin(cluster).createTopics([topic])).get(topic));
  cluster.close();
}

/** Until nothing is taken any more, or so many are. The errors that were met. */
async function fill(
  { address }: NodeProcess,
  acknowledged: Acknowledged,
  countMax = Number.POSITIVE_INFINITY,
): Promise<string[]> {
  const cluster = connect(address);
  const producer = new Producer(cluster, { deliveryTimeoutMs: 5000 });
  const errors = new Set<string>();
  const taken = new Set<number>();
  const value = new Uint8Array(VALUE_BYTES).fill(7);
  for (let round = 0; errors.size === 0 && taken.size < countMax; round++) {
    await Promise.all(Array.from({ length: PARTITIONS }, async (_, partition) => {
      try {
        const number = round * PARTITIONS + partition;
        const { offset } = await producer.send({ topic: TOPIC, partition, value });
        acknowledged.set(`${partition} ${offset}`, number);
        taken.add(number);
      } catch (error) {
        errors.add(error instanceof BrokerRefused ? error.error : String(error));
      }
    }));
  }
  await producer.close();
  cluster.close();
  return [...errors];
}

/** Whether each offset that was acknowledged can be read. */
async function isAllThere({ address }: NodeProcess, acknowledged: Acknowledged): Promise<boolean> {
  const cluster = connect(address);
  const missing = new Set(acknowledged.keys());
  for (let partition = 0; partition < PARTITIONS; partition++) {
    const own = [...missing].filter((key) => key.startsWith(`${partition} `));
    const last = Math.max(...own.map((key) => Number(key.split(" ")[1])));
    const place = { topic: TOPIC, partition, offset: 0 };
    for await (const { offset, value } of new Consumer(cluster).consume(place)) {
      if (value?.length === VALUE_BYTES) missing.delete(`${partition} ${offset}`);
      if (offset >= last) break;
    }
  }
  cluster.close();
  return missing.size === 0;
}

process.exit(await main());
