// odradek replicas: whether the replicas of partitions have the same.

import {
  Admin,
  BrokerRefused,
  type Cluster,
  done,
  OFFSET_TIMES,
  type TopicView,
} from "@odradek/client";
import type { CliCommand } from "../command.ts";
import { Failure } from "../failure.ts";
import { addConnectionFlags, connection } from "../flags/connection.ts";
import { topicPattern } from "../flags/topic_pattern.ts";
import { integer } from "../flags/values.ts";
import { type Difference, firstDifference } from "../replicas/compare.ts";
import { batchPieces, recordPieces } from "../replicas/pieces.ts";
import type { Terminal } from "../terminal.ts";

interface VerifyFlags {
  readonly topicsInclude?: string;
  readonly fetchSize: number;
  readonly maxWaitMs: number;
  readonly json?: boolean;
}

/** Of one partition. */
interface Verified {
  readonly topic: string;
  readonly partition: number;
  readonly replicas: readonly number[];
  readonly from: number;
  readonly upTo: number;
  readonly difference?: Difference;
  /** Why it could not be compared. */
  readonly problem?: string;
}

export const replicas: CliCommand = {
  name: "replicas",
  describe(program, terminal) {
    const verify = program.command("verify")
      .description("compare what the replicas of partitions have, as far as it is committed");
    addConnectionFlags(verify);
    verify
      .option("--topics-include <pattern>", "a regular expression; all topics if absent")
      .option("--fetch-size <bytes>", "of each request", integer, 1_048_576)
      .option("--max-wait-ms <ms>", "for what a replica has not committed yet", integer, 10_000)
      .option("--json", "as one JSON document")
      .action((flags: VerifyFlags) => run(flags, terminal));
  },
};

async function run(flags: VerifyFlags, terminal: Terminal): Promise<void> {
  const { cluster } = await connection({ ...flags }, { terminal });
  await using _ = cluster;
  const admin = new Admin(cluster);
  const matches = flags.topicsInclude === undefined
    ? () => true
    : topicPattern(flags.topicsInclude);
  const topics = (await admin.listTopics()).filter(({ name }) => matches(name));
  if (topics.length === 0) throw new Failure("No topics found: --topics-include matches none");
  const verified: Verified[] = [];
  for (const topic of topics) {
    const isCompacted = await compacts(admin, topic.name);
    for (const { partition } of topic.partitions) {
      const one = await verify({ admin, cluster, flags }, topic, { partition, isCompacted });
      verified.push(one);
      if (flags.json !== true) show(one, terminal);
    }
  }
  if (flags.json === true) terminal.print(JSON.stringify({ partitions: verified }));
  const bad = verified.filter(({ difference, problem }) => difference ?? problem);
  if (bad.length === 0) return;
  throw new Failure(`Of ${bad.length} partitions the replicas are not the same`);
}

interface Verifying {
  readonly admin: Admin;
  readonly cluster: Cluster;
  readonly flags: VerifyFlags;
}

/** Each replica has made its own batches then. */
async function compacts(admin: Admin, topic: string): Promise<boolean> {
  const resource = { type: "topic", name: topic } as const;
  const found = (await admin.describeConfigs([resource])).get(resource);
  if (found === undefined || found instanceof BrokerRefused) return false;
  const policy = found.find(({ name }) => name === "cleanup.policy")?.value ?? "";
  return policy.split(",").includes("compact");
}

async function verify(
  { admin, cluster, flags }: Verifying,
  { name: topic, partitions }: TopicView,
  { partition, isCompacted }: { readonly partition: number; readonly isCompacted: boolean },
): Promise<Verified> {
  const { replicas: ids = [] } = partitions[partition] ?? {};
  const of = { topic, partition, replicas: ids };
  try {
    const [from, upTo] = await boundsOf(admin, { topic, partition });
    const place = { topic, partition, from, upTo };
    const settings = { fetchBytes: flags.fetchSize, waitMs: flags.maxWaitMs };
    const piecesOf = isCompacted ? recordPieces : batchPieces;
    const difference = await firstDifference(
      ids.map((node) => ({ id: node, pieces: piecesOf(cluster, { ...place, ...settings, node }) })),
      { mayLack: isCompacted },
    );
    return { ...of, from, upTo, ...(difference === undefined ? {} : { difference }) };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { ...of, from: -1, upTo: -1, problem: error.message };
  }
}

/** Of what is committed, as the leader says. */
async function boundsOf(
  admin: Admin,
  which: { readonly topic: string; readonly partition: number },
): Promise<[from: number, upTo: number]> {
  const offsetAt = async (timestamp: number): Promise<number> => {
    const query = { ...which, timestamp };
    return done((await admin.listOffsets([query])).get(query)).offset;
  };
  return [await offsetAt(OFFSET_TIMES.earliest), await offsetAt(OFFSET_TIMES.latest)];
}

function show(one: Verified, terminal: Terminal): void {
  const { topic, partition, replicas: ids, from, upTo, difference, problem } = one;
  const name = `${topic}-${partition}`;
  if (problem !== undefined) return terminal.remark(`${name}: ${problem}`, "warning");
  if (difference === undefined) {
    const range = from === upTo ? "nothing is in them" : `from offset ${from} to ${upTo - 1}`;
    return terminal.print(`${name}: replicas ${ids.join(",")} are the same, ${range}`);
  }
  const { id, other, offset, what } = difference;
  const has = `replica ${id} has ${what} where replica ${other} has something`;
  terminal.print(`${name}: ${has}, at offset ${offset}`);
}
