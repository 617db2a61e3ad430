// Three nodes in three racks, replicas of everything on all, and a plan of faults: while they last,
// clients write and read, and in the end nothing that was acknowledged may be lost, doubled or out
// of order, no committed offset have gone back, and all replicas must be the same, byte for byte.

import { parseArgs } from "node:util";
import { seededRandom } from "@odradek/base";
import { Admin, type Cluster, connect, done } from "@odradek/client";
import { removeFolder, temporaryFolder } from "../integration/processes.ts";
import { History } from "./history.ts";
import { againInOwnNetwork, isInOwnNetwork, Links } from "./links.ts";
import { Nodes, NODES } from "./nodes.ts";
import { type PlannedFault, planOf } from "./plan.ts";
import { longestGapMs, quantileMs } from "./timeline.ts";
import { Workload } from "./workload.ts";

interface Options {
  readonly seed: number;
  readonly minutes: number;
  readonly faults: number;
  readonly reactors: number;
}

const TARGET = { topic: "chaos", partitions: 6, group: "chaos-group" } as const;
const WARM_UP_MS = 5000;
/** After the last fault has healed. */
const IN_SYNC_MS_MAX = 60_000;
const LOOK_MS = 200;
const PROBLEMS_SHOWN = 30;

interface Suffered extends PlannedFault {
  readonly beganAt: number;
  readonly healedAt: number;
}

async function chaos({ seed, minutes, faults, reactors }: Options): Promise<number> {
  const folder = await temporaryFolder("chaos");
  const history = new History();
  try {
    await using links = await Links.make(NODES.length);
    const overrides = [
      `odradek.reactors=${reactors}`,
      "replica.selector.class=org.apache.kafka.common.replica.RackAwareReplicaSelector",
    ];
    await using nodes = await Nodes.start({ folder, links, overrides });
    await using cluster = connect(nodes.addresses, { requestTimeoutMs: 5000 });
    const admin = await withTopic(cluster);
    const { addresses } = nodes;
    const load = { producers: 2, members: 3, recordsPerSecond: 100 };
    const workload = new Workload({ ...TARGET, ...load, addresses, history });
    workload.start();
    await pause(WARM_UP_MS);
    const plan = planOf(seededRandom(seed), {
      nodes: NODES,
      count: faults,
      durationMs: minutes * 60_000,
    });
    const suffered = await suffer(nodes, plan, history);
    const inSyncMs = await untilInSync(admin);
    console.log(`all in sync ${(inSyncMs / 1000).toFixed(1)} s after the last fault had healed`);
    await workload.stopWriting();
    await workload.stopReading();
    await workload.readAll();
    const problems = [
      ...history.problems(),
      ...await differences(nodes),
      ...(inSyncMs > IN_SYNC_MS_MAX ? ["the replicas were in sync too late"] : []),
    ];
    tell(history, suffered, problems);
    console.log(
      `seed ${seed}: ${suffered.length} faults, ${history.acknowledgements.length} acknowledged, ` +
        `${problems.length} problems`,
    );
    return problems.length === 0 ? 0 : 1;
  } finally {
    await removeFolder(folder);
  }
}

async function withTopic(cluster: Cluster): Promise<Admin> {
  const admin = new Admin(cluster);
  const configs = { "min.insync.replicas": "2", "segment.bytes": "4194304" };
  const { topic: name, partitions } = TARGET;
  const topic = { name, partitions, replicationFactor: NODES.length, configs };
  done((await admin.createTopics([topic])).get(topic));
  return admin;
}

/** Resolves when all have healed. When one fails, no more begin. */
async function suffer(
  nodes: Nodes,
  plan: readonly PlannedFault[],
  history: History,
): Promise<Suffered[]> {
  const began = Date.now();
  const suffered: Suffered[] = [];
  const failures: unknown[] = [];
  await Promise.all(plan.map(async (fault, i) => {
    await pause(began + fault.atMs - Date.now());
    if (failures.length > 0) return;
    try {
      const beganAt = Date.now();
      await nodes.begin(fault);
      await pause(fault.durationMs);
      await nodes.heal(fault);
      const healedAt = Date.now();
      const gap = longestGapMs(history.acknowledgements, beganAt, healedAt);
      const at = `${(fault.atMs / 1000).toFixed(1)} s`.padStart(8);
      const name = nameOf(fault).padEnd(48);
      console.log(`${`${i + 1}`.padStart(3)}${at}  ${name} ${gap} ms of silence`);
      suffered.push({ ...fault, beganAt, healedAt });
    } catch (error) {
      console.log(`Cannot go on after fault ${i + 1}, ${nameOf(fault)}:`, error);
      failures.push(error);
    }
  }));
  if (failures.length > 0) throw failures[0];
  return suffered;
}

function nameOf({ kind, nodes, from, durationMs }: PlannedFault): string {
  const ends = from.map((id) => id || "clients").join(", ");
  const links = from.length === 0 ? "" : ` and ${ends}`;
  return `${kind}: node ${nodes.join(", ")}${links}, ${(durationMs / 1000).toFixed(1)} s`;
}

async function untilInSync(admin: Admin): Promise<number> {
  const began = Date.now();
  for (;;) {
    try {
      const { partitions } = done((await admin.describeTopics([TARGET.topic])).get(TARGET.topic));
      const areIn = partitions.every(({ inSyncReplicas: isr }) => isr.length === NODES.length);
      if (areIn) return Date.now() - began;
    } catch {
      // Nobody to ask yet.
    }
    if (Date.now() - began > 2 * IN_SYNC_MS_MAX) throw new Error("The replicas are not in sync");
    await pause(LOOK_MS);
  }
}

async function differences(nodes: Nodes): Promise<string[]> {
  const problems: string[] = [];
  for (let partition = 0; partition < TARGET.partitions; partition++) {
    const logs = await nodes.logs(TARGET.topic, partition);
    const sizes = logs.map(({ length }) => length).join(", ");
    if (logs.some((one) => !one.equals(logs[0] as Buffer))) {
      problems.push(`the replicas of partition ${partition} differ, of ${sizes} bytes`);
    }
  }
  return problems;
}

function tell(
  history: History,
  suffered: readonly Suffered[],
  problems: readonly string[],
): void {
  const waits = history.acknowledgements.map(({ sentAt, at }) => at - sentAt);
  const gaps = suffered.map(({ beganAt, healedAt }) =>
    longestGapMs(history.acknowledgements, beganAt, healedAt));
  console.log(
    `longest time without an acknowledgement, by fault: median ${quantileMs(gaps, 0.5)} ms, ` +
      `longest ${Math.max(...gaps)} ms; of a record: p50 ${quantileMs(waits, 0.5)} ms, ` +
      `p99 ${quantileMs(waits, 0.99)} ms`,
  );
  for (const [error, count] of history.errors) console.log(`met ${count} times: ${error}`);
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
    },
  });
  return {
    seed: Number(values.seed),
    minutes: Number(values.minutes),
    faults: Number(values.faults),
    reactors: Number(values.reactors),
  };
}

if (import.meta.main) {
  const options = optionsFrom(process.argv.slice(2));
  process.exit(await (isInOwnNetwork() ? chaos(options) : againInOwnNetwork()));
}
