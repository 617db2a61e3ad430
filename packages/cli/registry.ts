// All commands, in the order in which help lists them.

import type { CommandEntry } from "./command.ts";

export const COMMANDS: readonly CommandEntry[] = [
  {
    name: "start",
    summary: "run a node",
    tools: ["kafka-server-start"],
    load: async () => (await import("./start_command.ts")).startCommand,
  },
  {
    name: "storage",
    summary: "format log directories, and look at what they are",
    tools: ["kafka-storage"],
    load: async () => (await import("./commands/storage.ts")).storage,
  },
  {
    name: "topics",
    summary: "create, list, describe, alter and delete topics",
    tools: ["kafka-topics"],
    load: async () => (await import("./commands/topics.ts")).topics,
  },
  {
    name: "produce",
    aliases: ["console-producer"],
    summary: "write the lines of standard input to a topic",
    tools: ["kafka-console-producer"],
    load: async () => (await import("./commands/produce.ts")).produce,
  },
  {
    name: "consume",
    aliases: ["console-consumer"],
    summary: "write the records of a topic to standard output",
    tools: ["kafka-console-consumer"],
    load: async () => (await import("./commands/consume.ts")).consume,
  },
  {
    name: "groups",
    aliases: ["consumer-groups"],
    summary: "list, describe and delete groups, and change their offsets",
    tools: ["kafka-consumer-groups"],
    load: async () => (await import("./commands/groups.ts")).groups,
  },
  {
    name: "configs",
    summary: "show and alter settings of topics, brokers, groups, users and clients",
    tools: ["kafka-configs"],
    load: async () => (await import("./commands/configs.ts")).configs,
  },
  {
    name: "log-dirs",
    summary: "show what lies in the log directories of brokers",
    tools: ["kafka-log-dirs"],
    load: async () => (await import("./commands/log_dirs.ts")).logDirs,
  },
  {
    name: "replicas",
    summary: "tell whether the replicas of partitions have the same",
    load: async () => (await import("./commands/replicas.ts")).replicas,
  },
  {
    name: "delete-records",
    summary: "cut off the beginning of partitions",
    tools: ["kafka-delete-records"],
    load: async () => (await import("./commands/delete_records.ts")).deleteRecords,
  },
  {
    name: "leader-election",
    summary: "give partitions their preferred leader back, or any that lives",
    tools: ["kafka-leader-election"],
    load: async () => (await import("./commands/leader_election.ts")).leaderElection,
  },
  {
    name: "cluster",
    summary: "show the cluster's id and its brokers, and forget brokers",
    tools: ["kafka-cluster"],
    load: async () => (await import("./commands/cluster.ts")).cluster,
  },
  {
    name: "features",
    summary: "show and change the feature levels of the cluster",
    tools: ["kafka-features"],
    load: async () => (await import("./commands/features.ts")).features,
  },
  {
    name: "quorum",
    summary: "show the quorum of the controllers",
    tools: ["kafka-metadata-quorum"],
    load: async () => (await import("./commands/quorum.ts")).quorum,
  },
  {
    name: "get-offsets",
    summary: "show where the logs of partitions begin and end",
    tools: ["kafka-get-offsets"],
    load: async () => (await import("./commands/get_offsets.ts")).getOffsets,
  },
  {
    name: "perf",
    summary: "measure how fast records are taken, and come",
    tools: [
      { tool: "kafka-producer-perf-test", verb: "produce" },
      { tool: "kafka-consumer-perf-test", verb: "consume" },
      { tool: "kafka-e2e-latency", verb: "e2e" },
    ],
    load: async () => (await import("./commands/perf.ts")).perf,
  },
  {
    name: "api-versions",
    summary: "show which requests the brokers take",
    tools: ["kafka-broker-api-versions"],
    load: async () => (await import("./commands/api_versions.ts")).apiVersions,
  },
  {
    name: "dump-log",
    summary: "show the content of log, index and snapshot files",
    tools: ["kafka-dump-log"],
    load: async () => (await import("./commands/dump_log.ts")).dumpLog,
  },
  {
    name: "metadata-shell",
    summary: "walk through a snapshot of the cluster's metadata",
    tools: ["kafka-metadata-shell"],
    load: async () => (await import("./commands/metadata_shell.ts")).metadataShell,
  },
  {
    name: "coordinator-partition",
    aliases: ["cp"],
    summary: "tell which partition of the internal topic a group belongs to",
    tools: ["kafka-cp"],
    load: async () => (await import("./commands/coordinator_partition.ts")).coordinatorPartition,
  },
];

export function commandNamed(name: string): CommandEntry | undefined {
  return COMMANDS.find((entry) => entry.name === name || entry.aliases?.includes(name) === true);
}

/**
 * The arguments as `odradek` takes them, for a program that was called by one of Kafka's names:
 * `kafka-topics.sh --list` is `odradek topics --list`.
 */
export function argumentsAs(program: string, args: readonly string[]): readonly string[] {
  const tool = program.replace(/^.*\//, "").replace(/\.sh$/, "");
  for (const { name, tools = [] } of COMMANDS) {
    for (const one of tools) {
      if (one === tool) return [name, ...args];
      if (typeof one !== "string" && one.tool === tool) return [name, one.verb, ...args];
    }
  }
  return args;
}
