// odradek leader-election: gives partitions their preferred leader back, or where no replica is in
// sync, any that lives (kafka-leader-election).

import type { TopicPartition } from "@odradek/base";
import { Admin, BrokerRefused, type ElectedPartition, type ElectionType } from "@odradek/client";
import { Option } from "commander";
import type { CliCommand } from "../command.ts";
import { Failure } from "../failure.ts";
import { addConnectionFlags, connection } from "../flags/connection.ts";
import { readJson } from "../flags/json_file.ts";
import { integer } from "../flags/values.ts";
import { paintHead } from "../looks.ts";
import type { Terminal } from "../terminal.ts";

export interface ElectionFlags {
  readonly electionType: ElectionType;
  readonly topic?: string;
  readonly partition?: number;
  readonly allTopicPartitions?: boolean;
  readonly pathToJsonFile?: string;
  readonly json?: boolean;
}

const WHICH = "--topic, --all-topic-partitions, --path-to-json-file";
const FORM = '{"partitions":[{"topic":"t","partition":0}]}';

export const leaderElection: CliCommand = {
  name: "leader-election",
  describe(program, terminal) {
    addConnectionFlags(program);
    program
      .addOption(
        new Option(
          "--election-type <type>",
          "preferred: the first replica leads again; unclean: where nobody leads, any replica " +
            "that lives, though records may be lost",
        ).makeOptionMandatory().argParser(electionType),
      )
      .option("--topic <name>", "with --partition: one partition")
      .option("--partition <n>", "of the topic", integer)
      .option("--all-topic-partitions", "every partition that needs it")
      .option("--path-to-json-file <file>", `these partitions: ${FORM}`)
      .option("--json", "as one JSON document")
      .action((flags: ElectionFlags) => run(flags, terminal));
  },
};

function electionType(text: string): ElectionType {
  const type = text.toLowerCase();
  if (type === "preferred" || type === "unclean") return type;
  throw new Failure(`--election-type must be preferred or unclean, not "${text}"`);
}

async function run(flags: ElectionFlags, terminal: Terminal): Promise<void> {
  const partitions = await partitionsOf(flags);
  const { cluster } = await connection({ ...flags }, { terminal });
  await using _ = cluster;
  tell(await new Admin(cluster).electLeaders(flags.electionType, partitions), flags, terminal);
}

/** Failure unless exactly one of the ways to name them is used. */
export async function partitionsOf(flags: ElectionFlags): Promise<TopicPartition[] | "all"> {
  const { topic, partition, allTopicPartitions, pathToJsonFile } = flags;
  const ways = [topic, allTopicPartitions, pathToJsonFile].filter((one) => one !== undefined);
  if (ways.length !== 1) throw new Failure(`Exactly one of these must be given: ${WHICH}`);
  if ((topic === undefined) !== (partition === undefined)) {
    throw new Failure("--topic and --partition go together");
  }
  if (pathToJsonFile !== undefined) return await readPartitions(pathToJsonFile);
  return topic === undefined || partition === undefined ? "all" : [{ topic, partition }];
}

async function readPartitions(path: string): Promise<TopicPartition[]> {
  const { partitions } = (await readJson(path) ?? {}) as Record<string, unknown>;
  if (!Array.isArray(partitions) || !partitions.every(isPartition)) {
    throw new Failure(`Cannot use "${path}": it must be ${FORM}`);
  }
  if (partitions.length === 0) throw new Failure(`Cannot use "${path}": it names no partition`);
  const names = partitions.map(nameOf);
  const known = new Set<string>();
  const twice = names.filter((name) => known.size === known.add(name).size);
  if (twice.length === 0) return partitions;
  throw new Failure(`Cannot use "${path}": it names twice ${[...new Set(twice)].join(", ")}`);
}

function isPartition(value: unknown): value is TopicPartition {
  const { topic, partition } = (value ?? {}) as Record<string, unknown>;
  return typeof topic === "string" && Number.isSafeInteger(partition);
}

/** Failure if one could not be elected. */
export function tell(
  elected: readonly ElectedPartition[],
  { electionType, json }: ElectionFlags,
  terminal: Terminal,
): void {
  const type = electionType.toUpperCase();
  const { done = [], needless = [], failed = [] } = Object.groupBy(elected, ({ outcome }) => {
    if (outcome === true) return "done";
    return outcome.error === "ELECTION_NOT_NEEDED" ? "needless" : "failed";
  });
  if (json === true) terminal.print(jsonOf(elected));
  else {
    const names = (some: readonly ElectedPartition[]) => some.map(nameOf).sort().join(", ");
    const ended = `leader election (${type}) for partitions`;
    if (done.length > 0) terminal.print(`Successfully completed ${ended} ${names(done)}`);
    if (needless.length > 0) {
      terminal.print(`Valid replica already elected for partitions ${names(needless)}`);
    }
    for (const one of failed) {
      const why = one.outcome instanceof BrokerRefused ? one.outcome.message : "";
      const what = `leader election (${type}) for partition: ${nameOf(one)}`;
      terminal.print(paintHead(terminal.paint, "bad", `Error completing ${what}: ${why}`));
    }
  }
  if (failed.length > 0) throw new Failure(`${failed.length} replica(s) could not be elected`);
}

function jsonOf(elected: readonly ElectedPartition[]): string {
  return JSON.stringify({
    partitions: elected.map(({ topic, partition, outcome }) =>
      outcome instanceof BrokerRefused
        ? { topic, partition, error: outcome.error, message: outcome.message }
        : { topic, partition, isElected: true }
    ),
  });
}

function nameOf({ topic, partition }: TopicPartition): string {
  return `${topic}-${partition}`;
}
