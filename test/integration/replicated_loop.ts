// Three nodes with three replicas of everything, whose leaders are killed, stopped or paused again
// and again while an idempotent producer writes with acks=all: nothing that was acknowledged may be
// lost, and in the end all replicas must be the same, byte for byte.

import { parseArgs } from "node:util";
import { Admin, connect, Consumer, type DescribedTopic, done, Producer } from "@odradek/client";
import { HistoryRecorder } from "../history/recorder.ts";
import { differencesOf } from "./log_files.ts";
import { Load, problemsOf, readAll } from "./numbered_records.ts";
import { NODES, ThreeNodes } from "./three_nodes.ts";

/** What happens in a round: to the leader of one partition, or to all nodes at once. */
export const FAULTS = ["kill", "stop", "pause", "kill all"] as const;
export type NodeFault = typeof FAULTS[number];

export interface ReplicatedLoopOptions {
  /** One after the other, and again from the first. */
  readonly faults: readonly NodeFault[];
  readonly rounds: number;
  readonly reactors: number;
  /** Acknowledged before each kill, and again while the node is away. */
  readonly records: number;
  readonly log: (line: string) => void;
  /** The file to which the history of what clients did is written; absent: it is not kept. */
  readonly history?: string | undefined;
}

export interface ReplicatedLoopResult {
  readonly acknowledged: number;
  /** Empty: all is well. */
  readonly problems: readonly string[];
}

const TARGET = { topic: "replicated", partitions: 3 } as const;
/** Nothing is late here, however slow the machine: only lost. */
const DELIVERY_MS_MAX = 3_600_000;
/** A node that is paused answers nobody: it is given up soon. */
const REQUEST_MS_MAX = 5000;
const SETTLED_MS_MAX = 120_000;
const LOOK_MS = 50;

export async function replicatedLoop(
  options: ReplicatedLoopOptions,
): Promise<ReplicatedLoopResult> {
  const { rounds, reactors, records, faults, log } = options;
  await using nodes = await ThreeNodes.start({ overrides: [`odradek.reactors=${reactors}`] });
  const path = options.history ?? `${nodes.folder}/history.jsonl`;
  await using history = new HistoryRecorder(path);
  await using cluster = connect(nodes.addresses, { requestTimeoutMs: REQUEST_MS_MAX });
  const admin = new Admin(cluster);
  const configs = { "min.insync.replicas": "2", "segment.bytes": "1048576" };
  const { topic: name, partitions } = TARGET;
  const topic = { name, partitions, replicationFactor: NODES.length, configs };
  done((await admin.createTopics([topic])).get(topic));
  const producer = new Producer(cluster, {
    lingerMs: 2,
    deliveryTimeoutMs: DELIVERY_MS_MAX,
    replicationTimeoutMs: REQUEST_MS_MAX,
  });
  const load = new Load(producer, TARGET, history);
  load.start();
  for (let round = 1; round <= rounds; round++) {
    await load.reaches(load.acknowledged + records);
    const { leader = -1 } = (await described(admin)).partitions[round % TARGET.partitions] ?? {};
    const fault = faults[(round - 1) % faults.length] ?? "kill";
    const goal = load.acknowledged + records;
    await suffer(nodes, { fault, id: leader, meanwhile: () => load.reaches(goal) });
    await allInSync(admin);
    log(`round ${round}: ${fault}, node ${leader}; ${load.acknowledged} acknowledged by now`);
  }
  await load.stop();
  await readAll({ consumer: new Consumer(cluster), admin, history }, TARGET);
  const folders = NODES.map((id) => nodes.folderOf(id));
  const problems = [...await problemsOf(history), ...await differencesOf(folders, TARGET)];
  return { acknowledged: load.acknowledged, problems };
}

async function described(admin: Admin): Promise<DescribedTopic> {
  return done((await admin.describeTopics([TARGET.topic])).get(TARGET.topic));
}

async function allInSync(admin: Admin): Promise<void> {
  const deadline = Date.now() + SETTLED_MS_MAX;
  for (;;) {
    const { partitions } = await described(admin);
    if (partitions.every(({ inSyncReplicas: isr }) => isr.length === NODES.length)) return;
    if (Date.now() > deadline) {
      throw new Error(`Not all replicas are in sync: ${JSON.stringify(partitions)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

/** `meanwhile` is waited for before the node comes back. */
async function suffer(
  nodes: ThreeNodes,
  { fault, id, meanwhile }: {
    readonly fault: NodeFault;
    readonly id: number;
    readonly meanwhile: () => Promise<void>;
  },
): Promise<void> {
  switch (fault) {
    case "kill":
      await nodes.kill(id);
      await meanwhile();
      return await nodes.restart(id);
    case "stop":
      await nodes.stop(id);
      await meanwhile();
      return await nodes.restart(id);
    case "pause": {
      nodes.signal(id, "SIGSTOP");
      await meanwhile();
      nodes.signal(id, "SIGCONT");
      return;
    }
    case "kill all":
      await nodes.killAll();
      await nodes.restartAll();
      return await meanwhile();
  }
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      rounds: { type: "string", default: "10" },
      records: { type: "string", default: "5000" },
      faults: { type: "string", default: FAULTS.join(",") },
      reactors: { type: "string", default: "1" },
      history: { type: "string" },
    },
  });
  const { acknowledged, problems } = await replicatedLoop({
    history: values.history,
    rounds: Number(values.rounds),
    records: Number(values.records),
    faults: values.faults.split(",") as NodeFault[],
    reactors: Number(values.reactors),
    log: (line) => console.log(line),
  });
  for (const problem of problems.slice(0, 20)) console.log(problem);
  console.log(`${acknowledged} acknowledged, ${problems.length} problems`);
  return problems.length === 0 && acknowledged > 0 ? 0 : 1;
}

if (import.meta.main) process.exit(await main());
