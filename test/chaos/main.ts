// run [--seed N] [--minutes N] [--faults N] [--reactors N] [--history FILE]: three nodes in three
// racks, replicas of everything on all, and a plan of faults. While they last, clients write and
// read; in the end the history of what they were told must be sound, and all replicas the same,
// byte for byte.

import { parseArgs } from "node:util";
import { seededRandom } from "@odradek/base";
import { Admin, Consumer, done, OFFSET_TIMES } from "@odradek/client";
import { HistoryRecorder } from "../history/recorder.ts";
import { differencesOf } from "../integration/log_files.ts";
import { problemsOf, readAll } from "../integration/numbered_records.ts";
import { NODES } from "../integration/three_nodes.ts";
import { Faults, startNodes } from "./faults.ts";
import { againInOwnNetwork, isInOwnNetwork, Links } from "./links.ts";
import { type PlannedFault, planOf } from "./plan.ts";
import { quantile, Timeline } from "./timeline.ts";
import { patiently, Workload } from "./workload.ts";

interface Options {
  readonly seed: number;
  readonly minutes: number;
  readonly faults: number;
  readonly reactors: number;
  readonly history: string | undefined;
}

const TARGET = { topic: "chaos", partitions: 6, group: "chaos-group" } as const;
const LOAD = { producers: 2, members: 3, recordsPerSecond: 100 } as const;
const WARM_UP_MS = 5000;
/** After the last fault has healed. */
const IN_SYNC_MS_MAX = 60_000;
const LAST_READ_MS_MAX = 60_000;
const LOOK_MS = 200;
const PROBLEMS_SHOWN = 30;

async function chaos(options: Options): Promise<number> {
  await using links = await Links.make(NODES.length);
  const selector = "org.apache.kafka.common.replica.RackAwareReplicaSelector";
  await using nodes = await startNodes(links, [
    `odradek.reactors=${options.reactors}`,
    `replica.selector.class=${selector}`,
  ]);
  const { addresses } = nodes;
  await using history = new HistoryRecorder(options.history ?? `${nodes.folder}/history.jsonl`);
  const timeline = new Timeline();
  await using cluster = patiently(addresses);
  const admin = new Admin(cluster);
  await createTopic(admin);
  const workload = new Workload({ ...TARGET, ...LOAD, addresses, history, timeline });
  workload.start();
  await pause(WARM_UP_MS);
  const { seed, faults: count, minutes } = options;
  const plan = planOf(seededRandom(seed), { nodes: NODES, count, durationMs: minutes * 60_000 });
  const gapsMs = await suffer(new Faults(nodes, links), plan, timeline);
  const late = await untilInSync(admin);
  await workload.stopWriting();
  await untilRead(admin, workload);
  await workload.stopReading();
  await readAll({ consumer: new Consumer(cluster), admin, history }, TARGET);
  const folders = NODES.map((id) => nodes.folderOf(id));
  const differences = await differencesOf(folders, TARGET);
  const problems = [...await problemsOf(history), ...differences, ...late];
  tell(timeline, gapsMs, problems);
  console.log(
    `seed ${seed}: ${plan.length} faults, ${timeline.acknowledgedCount} acknowledged, ` +
      `${problems.length} problems`,
  );
  return problems.length === 0 ? 0 : 1;
}

async function createTopic(admin: Admin): Promise<void> {
  const configs = { "min.insync.replicas": "2", "segment.bytes": "4194304" };
  const { topic: name, partitions } = TARGET;
  const topic = { name, partitions, replicationFactor: NODES.length, configs };
  done((await admin.createTopics([topic])).get(topic));
}

/**
 * Resolves when all have healed, with the longest silence of each in ms. A fault waits until what
 * befell its nodes before has healed. When one fails, no more begin.
 */
async function suffer(
  faults: Faults,
  plan: readonly PlannedFault[],
  timeline: Timeline,
): Promise<number[]> {
  const began = Date.now();
  const gapsMs: number[] = [];
  const failures: unknown[] = [];
  const befall = async (fault: PlannedFault, number: number): Promise<void> => {
    if (failures.length > 0) return;
    const from = Date.now();
    await faults.begin(fault);
    await pause(fault.durationMs);
    await faults.heal(fault);
    const gapMs = timeline.longestGapMs(from, Date.now());
    const at = `${((from - began) / 1000).toFixed(1)} s`.padStart(8);
    const name = nameOf(fault).padEnd(48);
    console.log(`${`${number}`.padStart(3)}${at}  ${name} ${gapMs} ms of silence`);
    gapsMs.push(gapMs);
  };
  const healed = new Map<number, Promise<unknown>>();
  for (const [i, fault] of plan.entries()) {
    const before = Promise.all(fault.nodes.map((id) => healed.get(id)));
    const done = pause(began + fault.atMs - Date.now())
      .then(() => before)
      .then(() => befall(fault, i + 1))
      .catch((error: unknown) => {
        console.log(`Cannot go on after fault ${i + 1}, ${nameOf(fault)}:`, error);
        failures.push(error);
      });
    for (const id of fault.nodes) healed.set(id, done);
  }
  await Promise.all(healed.values());
  if (failures.length > 0) throw failures[0];
  return gapsMs;
}

function nameOf({ kind, nodes, from, durationMs }: PlannedFault): string {
  const ends = from.map((id) => id || "clients").join(", ");
  const links = from.length === 0 ? "" : ` and ${ends}`;
  return `${kind}: node ${nodes.join(", ")}${links}, ${(durationMs / 1000).toFixed(1)} s`;
}

/** What is wrong with it, if it takes too long. */
async function untilInSync(admin: Admin): Promise<string[]> {
  const began = Date.now();
  for (;;) {
    // A cluster that does not answer yet is asked again.
    const inSync = await inSyncCounts(admin).catch((error: unknown) => `${error}`);
    const tookMs = Date.now() - began;
    if (Array.isArray(inSync) && inSync.every((count) => count === NODES.length)) {
      console.log(`all in sync ${(tookMs / 1000).toFixed(1)} s after the last fault had healed`);
      return [];
    }
    if (tookMs > IN_SYNC_MS_MAX) {
      return [`in sync, by partition, of ${NODES.length} replicas: ${inSync}`];
    }
    await pause(LOOK_MS);
  }
}

/** By partition. */
async function inSyncCounts(admin: Admin): Promise<number[]> {
  const { partitions } = done((await admin.describeTopics([TARGET.topic])).get(TARGET.topic));
  return partitions.map(({ inSyncReplicas }) => inSyncReplicas.length);
}

async function untilRead(admin: Admin, workload: Workload): Promise<void> {
  const { topic, partitions } = TARGET;
  const queries = Array.from({ length: partitions }, (_, partition) => (
    { topic, partition, timestamp: OFFSET_TIMES.latest }
  ));
  const offsets = await admin.listOffsets(queries);
  const ends = queries.map((query) => done(offsets.get(query)).offset);
  const deadline = Date.now() + LAST_READ_MS_MAX;
  while (!workload.hasReadUpTo(ends)) {
    if (Date.now() > deadline) throw new Error(`The group does not read up to ${ends.join(", ")}`);
    await pause(LOOK_MS);
  }
}

function tell(timeline: Timeline, gapsMs: readonly number[], problems: readonly string[]): void {
  console.log(
    `silence by fault: median ${quantile(gapsMs, 0.5)} ms, longest ${Math.max(...gapsMs)} ms; ` +
      `records waited: p50 ${timeline.waitMs(0.5)} ms, p99 ${timeline.waitMs(0.99)} ms`,
  );
  for (const [error, count] of timeline.errors) console.log(`met ${count} times: ${error}`);
  for (const problem of problems.slice(0, PROBLEMS_SHOWN)) console.log(problem);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
}

function optionsFrom(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: "string", default: "1" },
      minutes: { type: "string", default: "15" },
      faults: { type: "string", default: "50" },
      reactors: { type: "string", default: "1" },
      history: { type: "string" },
    },
  });
  const { seed, minutes, faults, reactors, history } = values;
  return {
    seed: Number(seed),
    minutes: Number(minutes),
    faults: Number(faults),
    reactors: Number(reactors),
    history,
  };
}

if (import.meta.main) {
  const options = optionsFrom(process.argv.slice(2));
  process.exit(await (isInOwnNetwork() ? chaos(options) : againInOwnNetwork()));
}
