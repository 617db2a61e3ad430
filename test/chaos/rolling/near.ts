// A node is killed from which consumers in its rack read: how long do they stand still?

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Admin, connect, Consumer, done, Producer } from "@odradek/client";
import { ThreeNodes } from "../../integration/three_nodes.ts";
import { javaCommand, timeOfDay } from "./clients.ts";

const PEER = fileURLToPath(new URL("../../../../shared/peers/kafka", import.meta.url));
const TOPIC = { name: "near", replicas: [[1, 2, 3]] } as const;
const RACKS = ["a", "b", "c"];
const NEAR = { id: 2, rack: "b" } as const;
const S = 1000;
const EVERY_MS = 10;
const SELECTOR = "org.apache.kafka.common.replica.RackAwareReplicaSelector";

/** When each record came. */
type Arrivals = number[];

interface Reader {
  readonly name: string;
  readonly arrivals: Arrivals;
  readonly stop: () => void;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      clients: { type: "string", default: "ours,java" },
      "before-s": { type: "string", default: "8" },
      "after-s": { type: "string", default: "10" },
      kafka: { type: "string", default: PEER },
    },
  });
  await using nodes = await ThreeNodes.start({
    overrides: [`replica.selector.class=${SELECTOR}`],
    overridesOf: (id) => [`broker.rack=${RACKS[id - 1]}`],
  });
  await using cluster = connect(nodes.addresses);
  done((await new Admin(cluster).createTopics([TOPIC])).get(TOPIC));
  const writing = new AbortController();
  const writer = write(nodes.addresses, writing.signal);
  const readers: Reader[] = [];
  for (const name of values.clients.split(",")) {
    readers.push(await readerOf(name, nodes, values.kafka));
  }
  await pause(Number(values["before-s"]) * S);
  const killedMs = Date.now();
  await nodes.kill(NEAR.id);
  console.log(`${timeOfDay(killedMs)} node ${NEAR.id} is killed`);
  await pause(Number(values["after-s"]) * S);
  writing.abort();
  await writer;
  const endMs = Date.now();
  let isGood = true;
  for (const { name, arrivals, stop } of readers) {
    stop();
    const quiet = longest(arrivals, killedMs - 2 * S, killedMs);
    const gap = longest(arrivals, killedMs, endMs);
    const stood = `stood still for ${quiet} ms before, ${gap} ms after`;
    console.log(`${name}: ${arrivals.length} read; ${stood}`);
    if (gap > S || arrivals.length === 0) isGood = false;
  }
  return isGood ? 0 : 1;
}

async function write(addresses: string, signal: AbortSignal): Promise<void> {
  await using cluster = connect(addresses);
  await using producer = new Producer(cluster);
  for (let i = 0; !signal.aborted; i++) {
    void producer.send({ topic: TOPIC.name, value: `near ${i}` });
    await pause(EVERY_MS);
  }
}

async function readerOf(name: string, nodes: ThreeNodes, peer: string): Promise<Reader> {
  const { addresses, folder } = nodes;
  switch (name) {
    case "ours":
      return ourReader(addresses);
    case "java": {
      const { version, command } = await javaCommand({ peer, folder });
      const args = ["consume", addresses, TOPIC.name, "0", NEAR.rack];
      return programReader(`kafka-clients ${version}`, [...command, ...args]);
    }
    case "kcat": {
      const rack = ["-X", `client.rack=${NEAR.rack}`];
      const format = ["-u", "-q", "-f", "r %s\n"];
      const args = ["-C", "-b", addresses, "-t", TOPIC.name, ...format, ...rack];
      return programReader("kcat", ["kcat", ...args]);
    }
    default:
      throw new Error(`There is no client ${name}: ours, java and kcat are known`);
  }
}

function ourReader(addresses: string): Reader {
  const arrivals: Arrivals = [];
  const reading = new AbortController();
  const read = async (): Promise<void> => {
    await using cluster = connect(addresses);
    const consumer = new Consumer(cluster, { rack: NEAR.rack });
    const { signal } = reading;
    const records = consumer.consume({ topic: TOPIC.name, signal });
    for await (const _ of records) arrivals.push(Date.now());
  };
  void read();
  return { name: "@odradek/client", arrivals, stop: () => reading.abort() };
}

function programReader(name: string, [command = "", ...args]: readonly string[]): Reader {
  const arrivals: Arrivals = [];
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "ignore"] });
  createInterface(child.stdout).on("line", (line) => {
    if (line.startsWith("r near")) arrivals.push(Date.now());
  });
  return { name, arrivals, stop: () => void child.kill("SIGKILL") };
}

/** Between two records, in ms; from the first to the last moment. */
function longest(arrivals: Arrivals, fromMs: number, toMs: number): number {
  const times = [fromMs, ...arrivals.filter((ms) => ms >= fromMs && ms <= toMs), toMs];
  return Math.max(...times.slice(1).map((ms, i) => ms - (times[i] as number)));
}

async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}

process.exit(await main());
