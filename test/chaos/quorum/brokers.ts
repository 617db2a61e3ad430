// Three controllers and three brokers: a broker is killed, another time stopped, and one whose
// connections break again and again. When each is fenced, and when others lead what it led.

import { parseArgs } from "node:util";
import {
  Admin,
  BrokerRefused,
  type Cluster,
  connect,
  type DescribedPartition,
  done,
} from "@odradek/client";
import { seededRandom } from "@odradek/base";
import { fencedBehind } from "./metadata_files.ts";
import { BROKERS, CONTROLLERS, SixNodes } from "./six_nodes.ts";
import { pause } from "./topic_maker.ts";
import { median, Verdicts } from "./verdicts.ts";

const TOPIC = { name: "led", partitions: 12, replicationFactor: 3 } as const;
const SESSION_MS = 9000;
const KILLED_MS_MAX = 600;
/** Beyond the session: until it is looked at, decided and told. */
const SILENT_MS_MORE = 2000;
const LOOK_MS = 10;
const WAIT_MS_MAX = 60_000;
/** Stopped for so long each time: far less than a session. */
const FLAPS = { times: 20, stoppedMs: 200, runningMs: 200 } as const;

interface World {
  readonly nodes: SixNodes;
  readonly verdicts: Verdicts;
  /** Any of the brokers. */
  readonly random: (below: number) => number;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      rounds: { type: "string", default: "3" },
      seed: { type: "string", default: "1" },
    },
  });
  const random = seededRandom(Number(values.seed));
  const verdicts = new Verdicts();
  await using nodes = await SixNodes.start();
  await using cluster = connect(nodes.addresses);
  const admin = new Admin(cluster);
  done((await admin.createTopics([TOPIC])).get(TOPIC));
  const world: World = { nodes, verdicts, random: (below) => random.below(below) };
  await settled(admin);
  await killed(world, Number(values.rounds));
  await stopped(world);
  await flapping(world);
  return verdicts.end();
}

async function killed({ nodes, verdicts, random }: World, rounds: number): Promise<void> {
  const times: number[] = [];
  const first = random(BROKERS.length);
  console.log("round  killed  decided anew after, ms");
  for (let round = 1; round <= rounds; round++) {
    // At most one early fence per broker within a session: each in its turn.
    const id = BROKERS[(round + first) % BROKERS.length] as number;
    await using others = watcherWithout(nodes, id);
    await settled(others.admin);
    const atMs = performance.now();
    await nodes.kill(id);
    await untilNotLed(others.admin, id);
    times.push(performance.now() - atMs);
    const cells = [`${round}`.padStart(5), `${id}`.padStart(7), Math.round(times.at(-1) ?? 0)];
    console.log(cells.join(" "));
    await nodes.restart(id);
    await settled(others.admin);
  }
  const middle = Math.round(median(times));
  verdicts.add(
    `what a killed broker led is decided anew within ${KILLED_MS_MAX} ms`,
    middle <= KILLED_MS_MAX,
    `median ${middle} ms, most ${Math.round(Math.max(...times))} ms`,
  );
}

/** A process that is there and silent: only its session's end tells. */
async function stopped({ nodes, verdicts, random }: World): Promise<void> {
  const id = BROKERS[random(BROKERS.length)] as number;
  await using others = watcherWithout(nodes, id);
  await settled(others.admin);
  const atMs = performance.now();
  nodes.signal(id, "SIGSTOP");
  await untilNotLed(others.admin, id);
  const ms = Math.round(performance.now() - atMs);
  nodes.signal(id, "SIGCONT");
  await settled(others.admin);
  // Its last heartbeat was up to 2 s before it was stopped.
  const isInTime = ms >= SESSION_MS - 2500 && ms <= SESSION_MS + SILENT_MS_MORE;
  const what = `what a silent broker led is decided anew at the end of its session (${SESSION_MS})`;
  verdicts.add(what, isInTime, `${ms} ms`);
}

/** Comes and goes within its session: nobody takes that for its end. */
async function flapping({ nodes, verdicts, random }: World): Promise<void> {
  const id = BROKERS[random(BROKERS.length)] as number;
  await using others = watcherWithout(nodes, id);
  await settled(others.admin);
  const before = await epochs(others.admin);
  const { highWatermark } = await others.admin.describeQuorum();
  for (let i = 0; i < FLAPS.times; i++) {
    nodes.signal(id, "SIGSTOP");
    await pause(FLAPS.stoppedMs);
    nodes.signal(id, "SIGCONT");
    await pause(FLAPS.runningMs);
  }
  await settled(others.admin);
  const changes = await epochs(others.admin) - before;
  await nodes.killAll();
  const logs = CONTROLLERS.map((one) => nodes.metadataFolderOf(one));
  const counts = await Promise.all(logs.map((log) => fencedBehind(log, highWatermark)));
  const fenced = Math.max(...counts);
  verdicts.add(
    `a broker that stops ${FLAPS.times} times for ${FLAPS.stoppedMs} ms makes no storm`,
    fenced === 0 && changes === 0,
    `fenced ${fenced} times, ${changes} changes of leaders`,
  );
}

interface Watcher extends AsyncDisposable {
  readonly admin: Admin;
}

function watcherWithout(nodes: SixNodes, id: number): Watcher {
  const addresses = BROKERS.filter((one) => one !== id).map((one) => nodes.addressOf(one));
  const cluster: Cluster = connect(addresses.join(","));
  return {
    admin: new Admin(cluster),
    [Symbol.asyncDispose]: () => cluster[Symbol.asyncDispose](),
  };
}

/** None: the broker that was asked has not heard of the topic yet. */
async function partitions(admin: Admin): Promise<readonly DescribedPartition[]> {
  const outcome = (await admin.describeTopics([TOPIC.name])).get(TOPIC.name);
  if (outcome instanceof BrokerRefused && outcome.error === "UNKNOWN_TOPIC_OR_PARTITION") return [];
  return done(outcome).partitions;
}

/** Of all partitions together: grows with each new leader. */
async function epochs(admin: Admin): Promise<number> {
  const all = await partitions(admin);
  return all.reduce((sum, { leaderEpoch }) => sum + leaderEpoch, 0);
}

async function untilNotLed(admin: Admin, id: number): Promise<void> {
  await until(
    async () => (await partitions(admin)).every(({ leader }) => leader !== id),
    `Broker ${id} still leads`,
  );
}

/** All replicas are in sync, and each broker leads what it is preferred for. */
async function settled(admin: Admin): Promise<void> {
  const isInSync = async () => {
    const all = await partitions(admin);
    const isFull = all.every(({ inSyncReplicas: isr }) => isr.length === BROKERS.length);
    return isFull && all.length > 0;
  };
  await until(isInSync, "Not all replicas are in sync");
  await admin.electLeaders("preferred", "all");
}

async function until(isSo: () => Promise<boolean>, otherwise: string): Promise<void> {
  const deadline = performance.now() + WAIT_MS_MAX;
  while (!await isSo()) {
    if (performance.now() > deadline) throw new Error(otherwise);
    await pause(LOOK_MS);
  }
}

process.exit(await main());
