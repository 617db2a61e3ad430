// A follower that was away comes back and lacks gigabytes: how fast it catches up, and what those
// who write feel of it meanwhile.

import { parseArgs } from "node:util";
import { Admin, type ConfigChange, connect, done, Producer } from "@odradek/client";
import { ThreeNodes } from "./three_nodes.ts";

const TOPIC = {
  name: "catch-up",
  replicas: [[1, 2, 3], [2, 1, 3], [1, 2, 3], [2, 1, 3]],
  configs: { "min.insync.replicas": "2" },
};
const AWAY = 3;
const MB = 1024 * 1024;
const S = 1000;
const LARGE_BYTES = 64 * 1024;
const SMALL_BYTES = 1000;
const LOOK_MS = 50;
const CAUGHT_UP_MS_MAX = 600 * S;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      mb: { type: "string", default: "2048" },
      "records-s": { type: "string", default: "500" },
      "quiet-s": { type: "string", default: "15" },
      "throttle-mb": { type: "string" },
      reactors: { type: "string", default: "1" },
    },
  });
  const overrides = [`odradek.reactors=${values.reactors}`];
  await using nodes = await ThreeNodes.start({ overrides });
  await using cluster = connect(nodes.addresses);
  const admin = new Admin(cluster);
  done((await admin.createTopics([TOPIC])).get(TOPIC));
  if (values["throttle-mb"] !== undefined) await throttle(admin, Number(values["throttle-mb"]));
  await nodes.stop(AWAY);
  const began = Date.now();
  await fill(nodes.addresses, Number(values.mb));
  console.log(`${values.mb} MB written in ${seconds(Date.now() - began)} s`);
  const load = new SteadyLoad(nodes.addresses, Number(values["records-s"]));
  await pause(Number(values["quiet-s"]) * S);
  const quiet = load.taken();
  const restarted = Date.now();
  await nodes.restart(AWAY);
  await caughtUp(admin);
  const tookMs = Date.now() - restarted;
  const busy = load.taken();
  await load.stop();
  const rate = (Number(values.mb) / (tookMs / S)).toFixed(0);
  console.log(`caught up in ${seconds(tookMs)} s, its start included: ${rate} MB/s`);
  console.log(`p99 of a produce: quiet ${p99(quiet)} ms, meanwhile ${p99(busy)} ms`);
  const ratio = p99(busy) / Math.max(p99(quiet), 1);
  console.log(`ratio ${ratio.toFixed(2)}, of ${quiet.length} and ${busy.length} records`);
  return ratio <= 3 && load.failed === 0 ? 0 : 1;
}

async function throttle(admin: Admin, mb: number): Promise<void> {
  const rate = `${mb * MB}`;
  const changes: ConfigChange[] = [
    {
      type: "broker",
      name: "",
      set: {
        "leader.replication.throttled.rate": rate,
        "follower.replication.throttled.rate": rate,
      },
    },
    {
      type: "topic",
      name: TOPIC.name,
      set: {
        "leader.replication.throttled.replicas": "*",
        "follower.replication.throttled.replicas": "*",
      },
    },
  ];
  const outcomes = await admin.alterConfigs(changes);
  for (const change of changes) done(outcomes.get(change));
}

async function fill(addresses: string, mb: number): Promise<void> {
  await using cluster = connect(addresses);
  await using producer = new Producer(cluster, { lingerMs: 5 });
  const value = Buffer.alloc(LARGE_BYTES, "x");
  const count = (mb * MB) / LARGE_BYTES;
  const partitions = TOPIC.replicas.length;
  let pending: Promise<unknown>[] = [];
  for (let i = 0; i < count; i++) {
    pending.push(producer.send({ topic: TOPIC.name, partition: i % partitions, value }));
    if (pending.length < 256) continue;
    await Promise.all(pending);
    pending = [];
  }
  await Promise.all(pending);
}

/** Small records at a steady rate, in acks=all; how long each took since it was due. */
class SteadyLoad {
  failed = 0;
  #times: number[] = [];
  readonly #stopping = new AbortController();
  readonly #running: Promise<void>;

  constructor(addresses: string, recordsPerSecond: number) {
    this.#running = this.#run(addresses, recordsPerSecond);
  }

  /** Since the last time, in ms. */
  taken(): number[] {
    const times = this.#times;
    this.#times = [];
    return times;
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #run(addresses: string, recordsPerSecond: number): Promise<void> {
    await using cluster = connect(addresses);
    await using producer = new Producer(cluster);
    const value = Buffer.alloc(SMALL_BYTES, "y");
    const began = performance.now();
    for (let sent = 0; !this.#stopping.signal.aborted;) {
      const due = Math.floor(((performance.now() - began) / S) * recordsPerSecond);
      for (; sent < due; sent++) {
        const dueMs = began + (sent * S) / recordsPerSecond;
        const partition = sent % TOPIC.replicas.length;
        void producer.send({ topic: TOPIC.name, partition, value }).then(
          () => void this.#times.push(performance.now() - dueMs),
          () => void this.failed++,
        );
      }
      await pause(1);
    }
    await producer.flush();
  }
}

async function caughtUp(admin: Admin): Promise<void> {
  const deadline = Date.now() + CAUGHT_UP_MS_MAX;
  for (;;) {
    const { partitions } = done((await admin.describeTopics([TOPIC.name])).get(TOPIC.name));
    if (partitions.every(({ inSyncReplicas }) => inSyncReplicas.includes(AWAY))) return;
    if (Date.now() > deadline) throw new Error("The follower does not catch up");
    await pause(LOOK_MS);
  }
}

function p99(times: readonly number[]): number {
  const sorted = [...times].sort((a, b) => a - b);
  return Math.round(sorted[Math.floor(sorted.length * 0.99)] ?? 0);
}

function seconds(ms: number): string {
  return (ms / S).toFixed(1);
}

async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}

process.exit(await main());
