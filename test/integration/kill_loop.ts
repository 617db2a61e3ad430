// A node that is killed again and again while a producer writes to it: every record that was
// acknowledged must be there afterwards, once, where it was said to be, and in order. The page
// cache outlives the process, so nothing may be lost without a single sync.

import { parseArgs } from "node:util";
import { seededRandom } from "@odradek/base";
import { Admin, connect, Consumer, done, Producer } from "@odradek/client";
import { HistoryRecorder } from "../history/recorder.ts";
import { Load, problemsOf, readAll } from "./numbered_records.ts";
import {
  freePort,
  type NodeProcess,
  removeFolder,
  startProcess,
  temporaryFolder,
} from "./processes.ts";

export interface KillLoopOptions {
  readonly rounds: number;
  readonly seed: number;
  readonly reactors: number;
  readonly log: (line: string) => void;
}

export interface KillLoopResult {
  readonly acknowledged: number;
  readonly found: number;
  /** Empty: all is well. */
  readonly problems: readonly string[];
}

const TOPIC = "killed";
const PARTITIONS = 4;
/** So that segments roll under load. */
const SEGMENT_BYTES = 1_048_576;
/** Acknowledged in a round before the node is killed: whenever that is, it is in the middle. */
const ROUND_RECORDS = { min: 1, more: 5000 } as const;
/** Nothing is late here, however slow the machine: only lost. */
const DELIVERY_MS_MAX = 3_600_000;

export async function killLoop(options: KillLoopOptions): Promise<KillLoopResult> {
  const { rounds, seed, reactors, log } = options;
  const random = seededRandom(seed);
  const folder = await temporaryFolder("kill");
  const dataDir = `${folder}/data`;
  const port = await freePort();
  const overrides = [`odradek.reactors=${reactors}`];
  const start = (): Promise<NodeProcess> => startProcess({ port, dataDir, overrides });
  await using history = new HistoryRecorder(`${folder}/history.jsonl`);
  let node = await start();
  const cluster = connect(node.address);
  try {
    const admin = new Admin(cluster);
    const configs = { "segment.bytes": String(SEGMENT_BYTES) };
    const topic = { name: TOPIC, partitions: PARTITIONS, configs };
    done((await admin.createTopics([topic])).get(topic));
    const producer = new Producer(cluster, { lingerMs: 2, deliveryTimeoutMs: DELIVERY_MS_MAX });
    const target = { topic: TOPIC, partitions: PARTITIONS };
    const load = new Load(producer, target, history);
    load.start();
    for (let round = 1; round <= rounds; round++) {
      const before = load.acknowledged;
      await load.reaches(before + ROUND_RECORDS.min + random.below(ROUND_RECORDS.more));
      await node.kill();
      const count = load.acknowledged - before;
      node = await start();
      const ready = /ready in (\d+) ms/.exec(node.output())?.[1];
      log(`round ${round}: ${count} acknowledged, ready in ${ready} ms`);
    }
    await load.stop();
    const found = await readAll({ consumer: new Consumer(cluster), admin, history }, target);
    const problems = await problemsOf(history);
    return { acknowledged: load.acknowledged, found, problems };
  } finally {
    await cluster[Symbol.asyncDispose]();
    await node.stop();
    await removeFolder(folder);
  }
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      rounds: { type: "string", default: "20" },
      seed: { type: "string", default: "1" },
      reactors: { type: "string", default: "1" },
    },
  });
  const { acknowledged, found, problems } = await killLoop({
    rounds: Number(values.rounds),
    seed: Number(values.seed),
    reactors: Number(values.reactors),
    log: (line) => console.log(line),
  });
  for (const problem of problems.slice(0, 20)) console.log(problem);
  console.log(`${acknowledged} acknowledged, ${found} found, ${problems.length} problems`);
  return problems.length === 0 && acknowledged > 0 ? 0 : 1;
}

if (import.meta.main) process.exit(await main());
