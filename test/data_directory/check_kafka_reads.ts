// Our directories in Kafka's hands, and back: a node writes, and is stopped or killed; Apache Kafka
// starts on what it left, serves the same and writes on; and a node of ours starts on that.

import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { sleep, systemClock } from "@odradek/base";
import { Admin, type Cluster, connect, done, type NewTopic, Producer } from "@odradek/client";
import { CODECS } from "@odradek/protocol/records/compression";
import {
  freePort,
  removeFolder,
  startProcess,
  temporaryFolder,
} from "../integration/processes.ts";
import { Facts } from "./facts.ts";
import { see, type Seen } from "./seen.ts";

const PEERS = fileURLToPath(new URL("../../../shared/peers", import.meta.url));

/** As Kafka's script will have it. */
const SETTINGS = [
  "node.id=1",
  "metadata.log.max.record.bytes.between.snapshots=4000",
  "log.retention.ms=-1",
];
const MOST = { "segment.bytes": "1048576" };
const TOPICS: readonly NewTopic[] = [
  { name: "plain", partitions: 3, configs: MOST },
  { name: "compacted", partitions: 1, configs: { ...MOST, "cleanup.policy": "compact" } },
  { name: "stamped", partitions: 1, configs: { "message.timestamp.type": "LogAppendTime" } },
  { name: "cut", partitions: 1, configs: MOST },
  { name: "empty", partitions: 5 },
];
const ROUNDS = 400;
const CUT_AT = 150;

const CHECKPOINT_MS_MAX = 60_000;

/** How our node ends before Kafka's turn. */
type Ending = "stopped" | "killed";

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { peers: { type: "string", default: PEERS } } });
  const kafka = join(values.peers, "kafka");
  if (!existsSync(kafka)) {
    console.error(`There is no ${kafka}: --peers names the folder with the reference's scripts`);
    return 1;
  }
  const facts = new Facts();
  for (const ending of ["stopped", "killed"] as const) {
    const folder = await temporaryFolder("kafka-reads");
    try {
      await facts.attempt(ending, () => checkBothWays(facts, { kafka, folder, ending }));
    } finally {
      await removeFolder(folder);
    }
  }
  for (const failure of facts.failures) console.log(`failed: ${failure}`);
  console.log(`${facts.passed} passed, ${facts.failures.length} failed`);
  return facts.failures.length === 0 && facts.passed > 0 ? 0 : 1;
}

interface Turn {
  readonly kafka: string;
  readonly folder: string;
  readonly ending: Ending;
}

async function checkBothWays(facts: Facts, { kafka, folder, ending }: Turn): Promise<void> {
  const dataDir = join(folder, "node-1", "data");
  const written = await onNode(dataDir, ending, async (cluster) => {
    await makeTopics(cluster);
    await write(cluster, "ours");
    await cut(cluster, dataDir);
    return await see(cluster);
  });
  console.log(`${ending}: ${count(written)} records written`);
  const { read, more } = await onKafka(kafka, folder, async (cluster) => {
    const found = await see(cluster);
    await write(cluster, "theirs");
    return { read: found, more: await see(cluster) };
  });
  compare(facts, `${ending}, as Kafka reads it`, { expected: written, actual: read });
  facts.compare(`${ending}, errors in Kafka's log`, [], await errorsOfKafka(folder));
  console.log(`${ending}: Kafka has read ${count(read)} records, and written on`);
  const back = await onNode(dataDir, "stopped", see);
  compare(facts, `${ending}, back from Kafka`, { expected: more, actual: back });
  console.log(`${ending}: ${count(back)} records are back`);
}

async function onNode<T>(
  dataDir: string,
  ending: Ending,
  use: (cluster: Cluster) => Promise<T>,
): Promise<T> {
  const node = await startProcess({ port: await freePort(), dataDir, overrides: SETTINGS });
  const cluster = connect(node.address);
  try {
    return await use(cluster);
  } finally {
    cluster.close();
    if (ending === "stopped") await node.stop();
    else await node.kill();
  }
}

async function onKafka<T>(
  kafka: string,
  folder: string,
  use: (cluster: Cluster) => Promise<T>,
): Promise<T> {
  const run = promisify(execFile);
  const port = await freePort();
  const settings = ["--set", "log.retention.ms=-1"];
  await run(kafka, ["start", "--dir", folder, "--port", String(port), ...settings]);
  const cluster = connect(`127.0.0.1:${port}`);
  try {
    return await use(cluster);
  } finally {
    cluster.close();
    await run(kafka, ["stop", "--dir", folder]);
  }
}

async function makeTopics(cluster: Cluster): Promise<void> {
  const outcomes = await new Admin(cluster).createTopics(TOPICS);
  for (const topic of TOPICS) done(outcomes.get(topic));
}

/** Into every topic but the empty one, by producers of every compression. */
async function write(cluster: Cluster, who: string): Promise<void> {
  for (const compression of CODECS) {
    await using producer = new Producer(cluster, { compression, lingerMs: 1 });
    const deliveries = Array.from({ length: ROUNDS }, async (_, i) => {
      const key = i % 7 === 0 ? null : `${who} ${i % 50}`;
      const value = i % 11 === 0 && key !== null ? null : `${compression} ${i} `.repeat(1 + i % 90);
      const headers = i % 3 === 0 ? [{ key: "h", value: null }, { key: "h", value: `${i}` }] : [];
      await producer.send({ topic: "plain", partition: i % 3, key, value, headers });
      await producer.send({ topic: "compacted", key: `k${i % 9}`, value });
      await producer.send({ topic: "stamped", key, value, timestamp: 1_700_000_000_000 });
      await producer.send({ topic: "cut", key, value });
    });
    await Promise.all(deliveries);
  }
}

/** Logs' starts are checkpointed at intervals, as in Kafka: who is killed before loses them. */
async function cut(cluster: Cluster, dataDir: string): Promise<void> {
  const here = { topic: "cut", partition: 0, offset: CUT_AT };
  done((await new Admin(cluster).deleteRecords([here])).get(here));
  const deadline = Date.now() + CHECKPOINT_MS_MAX;
  while (!(await logStarts(dataDir)).includes(`\ncut 0 ${CUT_AT}\n`)) {
    if (Date.now() > deadline) throw new Error("The log's start is not checkpointed");
    await sleep(systemClock, 100);
  }
}

async function logStarts(dataDir: string): Promise<string> {
  return await readFile(join(dataDir, "log-start-offset-checkpoint"), "utf8").catch(() => "");
}

function compare(
  facts: Facts,
  what: string,
  { expected, actual }: { readonly expected: Seen; readonly actual: Seen },
): void {
  facts.compare(`${what}: partitions`, [...expected.keys()], [...actual.keys()]);
  for (const [name, { batches, records, ...rest }] of expected) {
    const found = actual.get(name);
    if (found === undefined) continue;
    const { batches: foundBatches, records: foundRecords, ...foundRest } = found;
    facts.compare(`${what}: ${name}`, rest, foundRest);
    compareLines(facts, `${what}: ${name} batch`, { expected: batches, actual: foundBatches });
    compareLines(facts, `${what}: ${name} record`, { expected: records, actual: foundRecords });
  }
}

interface Lines {
  readonly expected: readonly string[];
  readonly actual: readonly string[];
}

/** The first that differs is told. */
function compareLines(facts: Facts, what: string, { expected, actual }: Lines): void {
  const length = Math.max(expected.length, actual.length);
  const all = Array.from({ length }, (_, i) => i);
  const differs = all.find((i) => expected[i] !== actual[i]) ?? -1;
  facts.compare(`${what} ${differs} of ${length}`, expected[differs], actual[differs]);
}

/** Not those that say how slow this machine is. */
async function errorsOfKafka(folder: string): Promise<string[]> {
  const log = await readFile(join(folder, "node-1", "server.log"), "utf8");
  const isError = / (ERROR|FATAL) (?!.*EventPerformanceMonitor)/;
  return log.split("\n").filter((line) => isError.test(line));
}

function count(seen: Seen): number {
  return [...seen.values()].reduce((sum, { records }) => sum + records.length, 0);
}

if (import.meta.main) process.exit(await main());
