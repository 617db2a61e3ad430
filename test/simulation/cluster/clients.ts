// Who uses the cluster of a simulation: producers that want every record to be safe, consumers that
// read from anywhere, and one who makes topics.

import { type Address, type Random, reason, sleep } from "@odradek/base";
import { Admin, BrokerRefused, Cluster, Consumer, Producer } from "@odradek/client";
import type { History, ReadRecord } from "../checkers/history.ts";
import { between, oneOf } from "../workload/chances.ts";
import type { World } from "../world/world.ts";
import { CLIENT_PORT, hostOf, NODES } from "./properties.ts";

export interface ClientSurroundings {
  readonly world: World;
  readonly history: History;
  readonly topics: ClusterTopic[];
  readonly tally: { acknowledged: number; failed: number; read: number };
  readonly stopping: AbortSignal;
}

export interface ClusterTopic {
  readonly name: string;
  readonly partitions: number;
}

const BOOTSTRAP: readonly Address[] = NODES.map((id) => ({ host: hostOf(id), port: CLIENT_PORT }));
const TOPICS_MAX = 5;
const UNANSWERED_MAX = 40;

export function clusterOf(world: World, name: string, requestTimeoutMs = 5000): Cluster {
  return new Cluster({
    bootstrap: BOOTSTRAP,
    transport: world.network.transport(name),
    clock: world.clock,
    random: world.chance(),
    clientId: name,
    requestTimeoutMs,
    connectTimeoutMs: 2000,
  });
}

export async function rest({ world, stopping }: ClientSurroundings, ms: number): Promise<boolean> {
  try {
    await sleep(world.clock, ms, stopping);
    return true;
  } catch (error) {
    if (stopping.aborted) return false;
    throw error;
  }
}

export async function makeTopics(surroundings: ClientSurroundings): Promise<void> {
  const { world, topics, tally } = surroundings;
  const random = world.chance();
  const cluster = clusterOf(world, "admin");
  const admin = new Admin(cluster);
  for (let number = 1; topics.length < TOPICS_MAX;) {
    const plan = { name: `topic-${number}`, partitions: between(random, 1, 3) };
    try {
      const made = (await admin.createTopics([{ ...plan, replicationFactor: 3 }])).values().next();
      const isThere = made.value instanceof BrokerRefused
        ? made.value.error === "TOPIC_ALREADY_EXISTS"
        : true;
      if (isThere) {
        const told = await partitionsOf(admin, plan.name);
        if (told !== undefined) topics.push({ name: plan.name, partitions: told });
        tally.acknowledged++;
        number++;
      }
    } catch (error) {
      tally.failed++;
      world.transcript.note("admin", "failed", reason(error));
    }
    if (!await rest(surroundings, between(random, 500, 20_000))) break;
  }
  cluster.close();
}

/** One whose answer was lost may have been made as another try had planned it. */
async function partitionsOf(admin: Admin, name: string): Promise<number | undefined> {
  const found = (await admin.listTopics()).find((topic) => topic.name === name);
  return found?.partitions.length;
}

export async function produce(name: string, surroundings: ClientSurroundings): Promise<void> {
  const random = surroundings.world.chance();
  for (let life = 1; !surroundings.stopping.aborted; life++) {
    await produceFor(`${name}.${life}`, surroundings, random);
  }
}

/** From the making of an idempotent producer to its end. */
async function produceFor(
  name: string,
  surroundings: ClientSurroundings,
  random: Random,
): Promise<void> {
  const { world, history, topics, tally } = surroundings;
  const cluster = clusterOf(world, name, between(random, 2000, 10_000));
  const producer = new Producer(cluster, {
    acks: -1,
    idempotent: true,
    lingerMs: oneOf(random, [0, 5, 20]),
    batchBytesMax: between(random, 200, 3000),
    deliveryTimeoutMs: between(random, 20_000, 40_000),
    topicTimeoutMs: 5000,
  });
  const untilMs = world.clock.monotonic() + between(random, 20_000, 90_000);
  let [sent, unanswered] = [0, 0];
  while (world.clock.monotonic() < untilMs) {
    for (let i = between(random, 1, 4); i > 0 && unanswered < UNANSWERED_MAX; i--) {
      if (topics.length === 0) break;
      const topic = oneOf(random, topics);
      const partition = random.below(topic.partitions);
      const value = `${name}#${sent++}`;
      unanswered++;
      producer.send({ topic: topic.name, partition, value }).then(({ offset }) => {
        tally.acknowledged++;
        const where = `${topic.name}-${partition} ${offset}`;
        world.transcript.note(name, "acknowledged", `${where}  ${value}`);
        history.acknowledged({ topic: topic.name, partition, offset, value });
      }, (error: unknown) => {
        tally.failed++;
        world.transcript.note(name, "failed", `${value}: ${reason(error)}`);
      }).finally(() => unanswered--);
    }
    if (!await rest(surroundings, between(random, 20, 1500))) break;
  }
  await producer.close();
  cluster.close();
}

/** One partition after the other, for a while each. */
export async function consume(name: string, surroundings: ClientSurroundings): Promise<void> {
  const { world, history, topics, tally, stopping } = surroundings;
  const random = world.chance();
  const cluster = clusterOf(world, name);
  while (await rest(surroundings, between(random, 100, 3000))) {
    if (topics.length === 0) continue;
    const topic = oneOf(random, topics);
    const partition = random.below(topic.partitions);
    const abort = new AbortController();
    const timer = world.clock.schedule(between(random, 1000, 15_000), () => abort.abort());
    const signal = AbortSignal.any([stopping, abort.signal]);
    try {
      const place = { topic: topic.name, partition, offset: "earliest" as const, signal };
      for await (const record of new Consumer(cluster).consume(place)) {
        history.shown(topic.name, partition, readOf(record));
        tally.read++;
      }
    } catch (error) {
      if (!signal.aborted) world.transcript.note(name, "failed", reason(error));
    } finally {
      timer.cancel();
    }
  }
  cluster.close();
}

function readOf(
  { offset, value }: { readonly offset: number; readonly value: Uint8Array | null },
): ReadRecord {
  return { offset, value: new TextDecoder().decode(value ?? new Uint8Array(0)) };
}

/** Writes to every partition, and reads all of each. */
export async function checkAll(surroundings: ClientSurroundings): Promise<true> {
  const { world, history, topics, tally } = surroundings;
  const cluster = clusterOf(world, "survivor");
  const producer = new Producer(cluster, { deliveryTimeoutMs: 60_000 });
  let number = 0;
  for (const { name: topic, partitions } of topics) {
    for (let partition = 0; partition < partitions; partition++) {
      const value = `survivor#${number++}`;
      const { offset: last } = await producer.send({ topic, partition, value });
      const records: ReadRecord[] = [];
      const place = { topic, partition, offset: "earliest" as const };
      for await (const record of new Consumer(cluster).consume(place)) {
        records.push(readOf(record));
        tally.read++;
        if (record.offset >= last) break;
      }
      history.check(topic, partition, records);
    }
  }
  await producer.close();
  cluster.close();
  return true;
}
