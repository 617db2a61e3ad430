// odradek get-offsets: where the logs of partitions begin and end, or which offset belongs to a
// time (kafka-get-offsets).

import { Admin, BrokerRefused, OFFSET_TIMES, type TopicView } from "@odradek/client";
import type { CliCommand } from "../command.ts";
import { Failure } from "../failure.ts";
import { addConnectionFlags, connection } from "../flags/connection.ts";
import { parsePartitionPatterns, partitionPattern } from "../flags/partition_pattern.ts";
import type { Terminal } from "../terminal.ts";

interface GetOffsetsFlags {
  readonly topic?: string;
  readonly partitions?: string;
  readonly topicPartitions?: string;
  readonly time: string;
  readonly excludeInternalTopics?: boolean;
  readonly json?: boolean;
}

export const getOffsets: CliCommand = {
  name: "get-offsets",
  describe(program, terminal) {
    addConnectionFlags(program);
    program
      .option("--topic <name>", "a regular expression; all topics if absent")
      .option("--partitions <0,1,…>", "of these topics; all if absent")
      .option("--topic-partitions <t:1,u:0-3,…>", "topics, each with its partitions")
      .option("--time <time>", "latest, earliest, max-timestamp, … or ms since 1970", "latest")
      .option("--exclude-internal-topics", "without the topics that brokers keep for themselves")
      .option("--json", "as one JSON document")
      .action((flags: GetOffsetsFlags) => run(flags, terminal));
  },
};

async function run(flags: GetOffsetsFlags, terminal: Terminal): Promise<void> {
  if (flags.topicPartitions !== undefined && (flags.topic ?? flags.partitions) !== undefined) {
    throw wrong("--topic-partitions cannot be used with --topic or --partitions");
  }
  const timestamp = parseTime(flags.time);
  const { cluster } = await connection({ ...flags }, { terminal });
  await using _ = cluster;
  const admin = new Admin(cluster);
  const queries = select(await admin.listTopics(), flags)
    .map((which) => ({ ...which, timestamp }));
  if (queries.length === 0) {
    throw wrong("Could not match any topic-partitions with the specified filters");
  }
  const found = await admin.listOffsets(queries);
  const offsets: (Selected & { readonly offset: number })[] = [];
  for (const query of queries) {
    const { topic, partition } = query;
    const outcome = found.get(query);
    if (outcome === undefined || outcome instanceof BrokerRefused) {
      const why = `due to error: ${outcome?.message}`;
      const what = `Skip getting offsets for topic-partition ${topic}-${partition} ${why}`;
      terminal.remark(what, "warning");
    } else if (outcome.offset >= 0) offsets.push({ topic, partition, offset: outcome.offset });
  }
  if (flags.json === true) return terminal.print(JSON.stringify({ offsets }));
  for (const { topic, partition, offset } of offsets) {
    terminal.print(`${topic}:${partition}:${offset}`);
  }
}

interface Selected {
  readonly topic: string;
  readonly partition: number;
}

/** In the order of their texts, as Kafka's tool prints them: t-10 before t-2. */
function select(topics: readonly TopicView[], flags: GetOffsetsFlags): Selected[] {
  const matches = flags.topicPartitions === undefined
    ? partitionPattern(flags.topic, flags.partitions)
    : parsePartitionPatterns(flags.topicPartitions);
  const all = topics.filter(({ isInternal }) => !(isInternal && flags.excludeInternalTopics))
    .flatMap(({ name, partitions }) =>
      partitions.map(({ partition }) => ({ topic: name, partition }))
    );
  const text = ({ topic, partition }: Selected): string => `${topic}-${partition}`;
  return all.filter(matches).sort((a, b) => (text(a) < text(b) ? -1 : 1));
}

function parseTime(text: string): number {
  const named = Object.entries(OFFSET_TIMES).find(([name]) => name === text)?.[1];
  if (named !== undefined) return named;
  if (/^-?\d+$/.test(text)) return Number(text);
  const names = Object.entries(OFFSET_TIMES).map(([name, time]) => `${time} or ${name}`);
  throw wrong(
    `Malformed time argument ${text}. Please use ${names.join(" / ")}, ` +
      "or a specified long format timestamp",
  );
}

function wrong(message: string): Failure {
  return new Failure(`Error occurred: ${message}`);
}
