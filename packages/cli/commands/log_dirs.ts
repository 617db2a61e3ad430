// odradek log-dirs: what lies in the log directories of brokers (kafka-log-dirs).

import { Admin, type DescribedLogDir, type DescribedReplica } from "@odradek/client";
import type { CliCommand } from "../command.ts";
import { Failure } from "../failure.ts";
import { addConnectionFlags, connection } from "../flags/connection.ts";
import type { Terminal } from "../terminal.ts";

interface LogDirsFlags {
  readonly describe?: boolean;
  readonly brokerList?: string;
  readonly topicList?: string;
  readonly json?: boolean;
}

export const logDirs: CliCommand = {
  name: "log-dirs",
  describe(program, terminal) {
    addConnectionFlags(program, { withBrokerList: false });
    program
      .option("--describe", "show the directories and the replicas in them")
      .option("--broker-list <1,2,…>", "of these brokers; all if absent")
      .option("--topic-list <t,u,…>", "only replicas of these topics; all if absent")
      .option("--json", "only the JSON document, without the lines about it")
      .action((flags: LogDirsFlags) => run(flags, terminal));
  },
};

async function run(flags: LogDirsFlags, terminal: Terminal): Promise<void> {
  if (flags.describe !== true) {
    throw new Failure("Command must include exactly one action: --describe");
  }
  const { brokerList, topicList, json = false, ...rest } = flags;
  const { cluster } = await connection({ ...rest }, { terminal });
  await using _ = cluster;
  const admin = new Admin(cluster);
  const brokers = await brokersOf(admin, brokerList);
  const topics = namesIn(topicList);
  const isAsked = ({ topic }: DescribedReplica): boolean =>
    topics.length === 0 || topics.includes(topic);
  if (!json) terminal.print("Querying brokers for log directories information");
  const found = await Promise.all(brokers.map(async (broker) => ({
    broker,
    logDirs: (await admin.describeLogDirs(broker)).map((one) => directoryJson(one, isAsked)),
  })));
  if (!json) {
    terminal.print(`Received log directory information from brokers ${brokers.join(",")}`);
  }
  terminal.print(JSON.stringify({ brokers: found, version: 1 }));
}

/** Failure for one that is not in the cluster. */
async function brokersOf(admin: Admin, list: string | undefined): Promise<number[]> {
  const known = (await admin.describeCluster()).nodes.map(({ id }) => id).sort((a, b) => a - b);
  const asked = namesIn(list);
  if (asked.length === 0) return known;
  const unknown = asked.filter((text) => !known.includes(Number(text)));
  if (unknown.length === 0) return asked.map(Number);
  throw new Failure(
    `ERROR: The given brokers do not exist from --broker-list: ${unknown.join(",")}. ` +
      `Current existent brokers: ${known.join(",")}`,
  );
}

function namesIn(list: string | undefined): string[] {
  return (list ?? "").split(",").map((name) => name.trim()).filter((name) => name !== "");
}

/** In the form and order that scripts know from Kafka's tool. */
function directoryJson(
  { path, refusal, replicas }: DescribedLogDir,
  isAsked: (replica: DescribedReplica) => boolean,
) {
  return {
    partitions: replicas.filter(isAsked).map(({ topic, partition, sizeBytes, lag, isFuture }) => ({
      partition: `${topic}-${partition}`,
      size: sizeBytes,
      offsetLag: lag,
      isFuture,
    })),
    error: refusal?.message ?? null,
    logDir: path,
  };
}
