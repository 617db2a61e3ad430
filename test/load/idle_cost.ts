// What a node that has come to rest keeps in anonymous memory for each partition, connection and
// group that nobody uses, and how long it takes to start over such partitions. A partition holds
// one record, a connection has asked one thing, a group has an offset and no member.

import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import { Admin, connect, done, Producer } from "@odradek/client";
import { anonymousBytes } from "../../scripts/bench/costs.ts";
import { RawConnection } from "../../scripts/bench/raw_connection.ts";
import { metadataFrame } from "../../scripts/bench/requests.ts";
import {
  freePort,
  type NodeProcess,
  removeFolder,
  startProcess,
  temporaryFolder,
} from "../integration/processes.ts";

const KB = 1000;
const MB = 1024 * 1024;
/** At rest: what it holds has changed by no more than this for so long. */
const REST_BYTES = MB / 2;
const REST_MS = 15_000;
const REST_MS_MAX = 120_000;
const TOPIC_PARTITIONS = 100;
/** Made before anything is measured: what is compiled and opened for the first ones stays. */
const FIRST = 100;

interface Bounds {
  readonly kilobytes: number;
  readonly cleanMs?: number;
  readonly killedMs?: number;
}

const BOUNDS = {
  partition: { kilobytes: 2, cleanMs: 2000, killedMs: 5000 },
  connection: { kilobytes: 20 },
} as const satisfies Record<string, Bounds>;

interface Run {
  readonly count: number;
  readonly reactors: number;
  readonly problems: string[];
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      only: { type: "string", default: "partitions,connections,groups" },
      partitions: { type: "string", default: "3000" },
      connections: { type: "string", default: "5000" },
      groups: { type: "string", default: "5000" },
      reactors: { type: "string", default: "1" },
    },
  });
  const parts = { partitions, connections, groups };
  const problems: string[] = [];
  const only = values.only.split(",");
  for (const [name, part] of Object.entries(parts)) {
    if (!only.includes(name)) continue;
    const count = Number(values[name as keyof typeof parts]);
    await part({ count, reactors: Number(values.reactors), problems });
  }
  for (const problem of problems) console.log(`FAIL ${problem}`);
  return problems.length === 0 ? 0 : 1;
}

/** A node over a folder of its own, and another process of it. */
interface House {
  node: NodeProcess;
  restart(how: "stop" | "kill"): Promise<number>;
}

async function withNode(reactors: number, use: (house: House) => Promise<void>): Promise<void> {
  const dataDir = await temporaryFolder("idle-cost");
  const port = await freePort();
  const overrides = [`odradek.reactors=${reactors}`, "max.connections=100000"];
  const start = () => startProcess({ port, dataDir, overrides, readyMsMax: 600_000 });
  const house: House = {
    node: await start(),
    restart: async (how) => {
      if (how === "stop") await house.node.stop();
      else await house.node.kill();
      house.node = await start();
      return Number(/ready in (\d+) ms/.exec(house.node.output())?.[1]);
    },
  };
  try {
    await use(house);
  } finally {
    await house.node.stop();
    await removeFolder(dataDir);
  }
}

/** Of a node at rest. */
async function atRest({ pid }: NodeProcess): Promise<number> {
  const untilMs = performance.now() + REST_MS_MAX;
  let [bytes, sinceMs] = [anonymousBytes(pid), performance.now()];
  while (performance.now() < untilMs && performance.now() - sinceMs < REST_MS) {
    await delay(1000);
    const now = anonymousBytes(pid);
    if (Math.abs(now - bytes) > REST_BYTES) [bytes, sinceMs] = [now, performance.now()];
  }
  return anonymousBytes(pid);
}

function tell(
  { count, problems }: Run,
  row: { readonly what: string; readonly bytes: number; readonly before: number },
  kilobytesMax?: number,
): void {
  const each = (row.bytes - row.before) / count / KB;
  const bound = kilobytesMax === undefined ? "" : `, at most ${kilobytesMax} kB`;
  const megabytes = `${(row.before / MB).toFixed(1)} MB, then ${(row.bytes / MB).toFixed(1)} MB`;
  console.log(`${count} ${row.what}: ${each.toFixed(2)} kB each${bound} (${megabytes})`);
  if (kilobytesMax !== undefined && each > kilobytesMax) {
    problems.push(`${row.what}: ${each.toFixed(2)} kB each`);
  }
}

async function partitions(run: Run): Promise<void> {
  const { count, reactors, problems } = run;
  const { kilobytes, cleanMs, killedMs } = BOUNDS.partition;
  await withNode(reactors, async (house) => {
    await makePartitions(house.node, { from: 0, count: FIRST });
    await house.restart("stop");
    const first = await atRest(house.node);
    await makePartitions(house.node, { from: FIRST, count });
    const bytes = await atRest(house.node);
    tell(run, { what: "partitions that were made", bytes, before: first }, kilobytes);
    const clean = await house.restart("stop");
    const restarted = await atRest(house.node);
    tell(run, { what: "partitions after a restart", bytes: restarted, before: first }, kilobytes);
    const killed = await house.restart("kill");
    console.log(`ready after a clean stop in ${clean} ms, after a kill in ${killed} ms`);
    // What is asked for is asked for 3,000.
    if (count > 3000) return;
    if (clean > cleanMs) problems.push(`a start took ${clean} ms, at most ${cleanMs}`);
    if (killed > killedMs) problems.push(`a start after a kill took ${killed} ms`);
  });
}

/** Each holds a record. */
async function makePartitions(
  { address }: NodeProcess,
  { from, count }: { readonly from: number; readonly count: number },
): Promise<void> {
  const cluster = connect(address, { requestTimeoutMs: 120_000 });
  const admin = new Admin(cluster);
  const producer = new Producer(cluster, { acks: 1 });
  for (let at = from; at < from + count; at += TOPIC_PARTITIONS) {
    const partitions = Math.min(TOPIC_PARTITIONS, from + count - at);
    const topic = { name: `idle-${at}`, partitions, replicationFactor: 1 };
    done((await admin.createTopics([topic])).get(topic));
    await Promise.all(Array.from({ length: partitions }, (_, partition) =>
      producer.send({ topic: topic.name, partition, value: new Uint8Array(100) })));
  }
  await producer.close();
  await cluster[Symbol.asyncDispose]();
}

async function connections(run: Run): Promise<void> {
  await withNode(run.reactors, async ({ node }) => {
    const open: RawConnection[] = [];
    for (let i = 0; i < FIRST; i++) open.push(await idleConnection(node));
    const before = await atRest(node);
    for (let i = 0; i < run.count; i++) open.push(await idleConnection(node));
    const bytes = await atRest(node);
    tell(run, { what: "connections", bytes, before }, BOUNDS.connection.kilobytes);
    for (const one of open) one.close();
  });
}

/** It has asked one thing, and been answered. */
async function idleConnection({ port }: NodeProcess): Promise<RawConnection> {
  const answered = Promise.withResolvers<void>();
  const connection = await RawConnection.open({ host: "127.0.0.1", port }, {
    answered: () => answered.resolve(),
    caughtUp: () => undefined,
    broken: answered.reject,
  });
  connection.send(metadataFrame());
  await answered.promise;
  return connection;
}

async function groups(run: Run): Promise<void> {
  await withNode(run.reactors, async ({ node }) => {
    await makePartitions(node, { from: 0, count: 1 });
    await makeGroups(node, { from: 0, count: FIRST });
    const before = await atRest(node);
    await makeGroups(node, { from: FIRST, count: run.count });
    tell(run, { what: "groups", bytes: await atRest(node), before });
  });
}

async function makeGroups(
  { address }: NodeProcess,
  { from, count }: { readonly from: number; readonly count: number },
): Promise<void> {
  const cluster = connect(address, { requestTimeoutMs: 120_000 });
  const admin = new Admin(cluster);
  for (let i = from; i < from + count; i++) {
    const offset = { topic: "idle-0", partition: 0, offset: 1 };
    await admin.alterGroupOffsets(`group-${i}`, [offset]);
  }
  await cluster[Symbol.asyncDispose]();
}

process.exit(await main());
