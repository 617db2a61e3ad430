// odradek topics: creates, lists, describes, alters and deletes topics (kafka-topics).

import { reason } from "@odradek/base";
import { Admin } from "@odradek/client";
import { Option } from "commander";
import type { CliCommand } from "../command.ts";
import { Failure } from "../failure.ts";
import { addConnectionFlags, connection } from "../flags/connection.ts";
import { gatherProperty, integer } from "../flags/values.ts";
import type { Terminal } from "../terminal.ts";
import { alterTopics } from "../topics/alter.ts";
import { createTopic } from "../topics/create.ts";
import { deleteTopics } from "../topics/delete.ts";
import { describeTopics } from "../topics/describe.ts";
import type { TopicsContext, TopicsFlags } from "../topics/flags.ts";
import { listTopics } from "../topics/list.ts";

const ACTIONS: Readonly<Record<string, (context: TopicsContext) => Promise<void>>> = {
  list: listTopics,
  describe: describeTopics,
  create: createTopic,
  alter: alterTopics,
  delete: deleteTopics,
};

export const topics: CliCommand = {
  name: "topics",
  describe(program, terminal) {
    addConnectionFlags(program);
    program
      .option("--list", "list the names of topics")
      .option("--describe", "show topics and their partitions")
      .option("--create", "make a topic")
      .option("--alter", "add partitions")
      .option("--delete", "delete topics")
      .option("--topic <name>", "a topic, or, but for --create, a regular expression")
      .option("--topic-id <id>", "the topic to describe, by its id")
      .option("--partitions <n>", "how many; without it the cluster's default", integer)
      .option("--replication-factor <n>", "without it the cluster's default", integer)
      .option("--replica-assignment <0:1,1:2>", "nodes (:) by partition (,)")
      .option("--config <key=value>", "a setting of the new topic; repeatable", gatherProperty)
      .option("--if-not-exists", "nothing to do if the topic is there already")
      .option("--if-exists", "nothing to do if there is no such topic")
      .option("--exclude-internal", "without the topics that brokers keep for themselves")
      .option("--under-replicated-partitions", "only those with replicas out of sync")
      .option("--under-min-isr-partitions", "only those below min.insync.replicas")
      .option("--at-min-isr-partitions", "only those exactly at min.insync.replicas")
      .option("--unavailable-partitions", "only those without a leader")
      .option("--topics-with-overrides", "only topics with settings of their own")
      .option("--partition-size-limit-per-response <n>", "partitions per request", integer)
      .option("--json", "as one JSON document");
    program.addOption(new Option("--delete-config <name>").hideHelp());
    program.action((flags: TopicsFlags & { deleteConfig?: string }) => runTopics(flags, terminal));
  },
};

async function runTopics(
  flags: TopicsFlags & { readonly deleteConfig?: string },
  terminal: Terminal,
): Promise<void> {
  const asked = Object.keys(ACTIONS).filter((name) => Object.hasOwn(flags, name));
  const action = ACTIONS[asked[0] ?? ""];
  if (action === undefined || asked.length > 1) {
    const all = "--list, --describe, --create, --alter or --delete";
    throw new Failure(`Command must include exactly one action: ${all}`);
  }
  if (flags.deleteConfig !== undefined) {
    throw new Failure("--delete-config is gone: use `odradek configs --alter --delete-config`");
  }
  if (/create|alter|delete/.test(asked[0] ?? "") && flags.topic === undefined) {
    throw new Failure('Missing required argument "[topic]"');
  }
  const { cluster } = await connection({ ...flags }, { terminal });
  await using _ = cluster;
  try {
    await action({ admin: new Admin(cluster), flags, terminal });
  } catch (error) {
    // On standard output, as Kafka's tool does.
    const message = `Error while executing topic command : ${reason(error)}`;
    throw new Failure(message, { to: "stdout" });
  }
}
