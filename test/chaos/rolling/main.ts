// Three nodes are restarted one after the other by SIGTERM, while clients write and read with the
// settings that they come with: no call may fail, and everything that was acknowledged is read.

import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Admin, connect, done } from "@odradek/client";
import { NODES, ThreeNodes } from "../../integration/three_nodes.ts";
import {
  javaClient,
  kafkajsClient,
  kcatClient,
  ourClient,
  type RollingClient,
  type Target,
  timeOfDay,
} from "./clients.ts";
import { KafkaNodes } from "./kafka_nodes.ts";

const PEER = fileURLToPath(new URL("../../../../shared/peers/kafka", import.meta.url));
const TOPIC = { name: "rolling", partitions: 12, replicationFactor: 3 } as const;
const S = 1000;
const SETTLED_MS_MAX = 60 * S;
const READ_MS_MAX = 60 * S;
const LOOK_MS = 100;

interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      clients: { type: "string", default: "ours,kafkajs,kcat,java" },
      "quiet-s": { type: "string", default: "8" },
      "pause-s": { type: "string", default: "12" },
      "every-ms": { type: "string", default: "20" },
      rounds: { type: "string", default: "1" },
      reactors: { type: "string", default: "1" },
      of: { type: "string", default: "ours" },
      kafka: { type: "string", default: PEER },
    },
  });
  await using nodes = await nodesOf(values);
  await using cluster = connect(nodes.addresses);
  const admin = new Admin(cluster);
  done((await admin.createTopics([TOPIC])).get(TOPIC));
  const everyMs = Number(values["every-ms"]);
  const target: Target = { addresses: nodes.addresses, topic: TOPIC.name, everyMs };
  const names = values.clients.split(",");
  const clients = await started(names, target, { peer: values.kafka, folder: nodes.folder });
  await pause(Number(values["quiet-s"]) * S);
  const toMs = Date.now();
  const quiet: Span = { fromMs: toMs - (Number(values["quiet-s"]) * S) / 2, toMs };
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const id of NODES) {
      const began = Date.now();
      await nodes.stop(id);
      const stopped = Date.now();
      await nodes.restart(id);
      await allInSync(admin);
      const later = `${Date.now() - stopped} ms later all replicas were in sync again`;
      console.log(`${timeOfDay(began)} node ${id}: stopped in ${stopped - began} ms, ${later}`);
      // librdkafka comes back to a node after up to ten seconds. kcat ends itself when it takes all
      // nodes for gone: it would, were the third one stopped before it has come back to the first.
      await pause(Number(values["pause-s"]) * S);
    }
  }
  const restarts: Span = { fromMs: quiet.toMs, toMs: Date.now() };
  await Promise.all(clients.map((client) => client.stopWriting()));
  await allRead(clients);
  await Promise.all(clients.map((client) => client.stopReading()));
  return report(clients, { quiet, restarts });
}

async function nodesOf(
  { of, kafka, reactors }: {
    readonly of: string;
    readonly kafka: string;
    readonly reactors: string;
  },
): Promise<ThreeNodes | KafkaNodes> {
  const settings = ["min.insync.replicas=2", "offsets.topic.replication.factor=3"];
  if (of === "kafka") return await KafkaNodes.start(kafka, settings);
  const overrides = [...settings, `odradek.reactors=${reactors}`];
  return await ThreeNodes.start({ overrides });
}

async function started(
  names: readonly string[],
  target: Target,
  java: { readonly peer: string; readonly folder: string },
): Promise<RollingClient[]> {
  const clients: RollingClient[] = [];
  for (const name of names) {
    switch (name) {
      case "ours":
        clients.push(ourClient(target));
        break;
      case "kafkajs":
        clients.push(kafkajsClient(target));
        break;
      case "kcat":
        clients.push(kcatClient(target));
        break;
      case "java":
        if (!existsSync(java.peer)) {
          throw new Error(`There is no ${java.peer}: --kafka names the reference's script`);
        }
        clients.push(await javaClient(target, java));
        break;
      default:
        throw new Error(`There is no client ${name}: ours, kafkajs, kcat and java are known`);
    }
  }
  return clients;
}

async function allInSync(admin: Admin): Promise<void> {
  const deadline = Date.now() + SETTLED_MS_MAX;
  for (;;) {
    const topics = await admin.describeTopics([TOPIC.name, "__consumer_offsets"]);
    const partitions = [...topics.values()].flatMap((one) =>
      "partitions" in one ? one.partitions : []
    );
    if (partitions.every(({ inSyncReplicas: isr }) => isr.length === NODES.length)) return;
    if (Date.now() > deadline) throw new Error("Not all replicas are in sync");
    await pause(LOOK_MS);
  }
}

async function allRead(clients: readonly RollingClient[]): Promise<void> {
  const deadline = Date.now() + READ_MS_MAX;
  const isMissing = ({ seen }: RollingClient): boolean => seen.readCount < seen.acknowledged;
  while (clients.some(isMissing) && Date.now() < deadline) await pause(LOOK_MS);
}

function report(
  clients: readonly RollingClient[],
  { quiet, restarts }: { readonly quiet: Span; readonly restarts: Span },
): number {
  let problems = 0;
  for (const { name, seen } of clients) {
    const { calls, acknowledged, failures, readCount } = seen;
    for (const failure of failures.slice(0, 5)) console.log(`${name}: failed: ${failure}`);
    if (readCount < acknowledged) {
      console.log(`${name}: ${acknowledged} acknowledged, ${readCount} read`);
    }
    problems += failures.length + Math.max(acknowledged - readCount, 0);
    if (acknowledged === 0) problems++;
    const times = calls.length === 0
      ? ""
      : `; quiet ${timesIn(seen.calls, quiet)}; restarting ${timesIn(seen.calls, restarts)}`;
    console.log(`${name}: ${acknowledged} calls, ${failures.length} failed${times}`);
  }
  console.log(`${problems} problems`);
  return problems === 0 ? 0 : 1;
}

function timesIn(calls: RollingClient["seen"]["calls"], { fromMs, toMs }: Span): string {
  const times = calls.filter(({ beganMs }) => beganMs >= fromMs && beganMs < toMs)
    .map(({ tookMs }) => tookMs).sort((a, b) => a - b);
  const at = (part: number): number => times[Math.floor(times.length * part)] ?? 0;
  return `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, most ${times.at(-1) ?? 0} ms`;
}

async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}

process.exit(await main());
