// odradek coordinator-partition: to which partition of `__consumer_offsets` or
// `__transaction_state` a group or a transactional id belongs. Needs no cluster.

import type { CliCommand } from "../command.ts";
import { Failure } from "../failure.ts";
import { addConnectionFlags, connection } from "../flags/connection.ts";
import { integer } from "../flags/values.ts";
import type { Terminal } from "../terminal.ts";

const PARTITIONS = 50;

interface CoordinatorPartitionFlags {
  readonly partitions?: number;
  readonly transactional?: boolean;
  readonly verbose?: boolean;
  readonly json?: boolean;
  readonly bootstrapServer?: string;
}

export const coordinatorPartition: CliCommand = {
  name: "coordinator-partition",
  describe(program, terminal) {
    addConnectionFlags(program);
    program
      .argument("<name...>", "groups, or transactional ids")
      .option("--partitions <n>", `of the internal topic (default: ${PARTITIONS})`, integer)
      .option("--transactional", "the names are transactional ids")
      .option("--verbose", "show the topic as well")
      .option("--json", "as one JSON document")
      .action((names: string[], flags: CoordinatorPartitionFlags) => show(names, flags, terminal));
  },
};

async function show(
  names: readonly string[],
  flags: CoordinatorPartitionFlags,
  terminal: Terminal,
): Promise<void> {
  const topic = flags.transactional === true ? "__transaction_state" : "__consumer_offsets";
  const count = flags.partitions ?? await partitionCount(topic, flags, terminal);
  if (count < 1) throw new Failure("--partitions must be greater than 0");
  const found = names.map((name) => ({ name, topic, partition: partitionOfName(name, count) }));
  if (flags.json === true) return terminal.print(JSON.stringify({ partitions: found }));
  for (const { partition } of found) {
    terminal.print(flags.verbose === true ? `${topic}-${partition}` : `${partition}`);
  }
}

async function partitionCount(
  topic: string,
  flags: CoordinatorPartitionFlags,
  terminal: Terminal,
): Promise<number> {
  if (flags.bootstrapServer === undefined) return PARTITIONS;
  const { cluster } = await connection({ ...flags }, { terminal });
  await using _ = cluster;
  return (await cluster.persist(() => cluster.topic(topic))).partitions.length;
}

/** Java's hash of a text, without its sign; the one number that has no opposite counts as 0. */
export function partitionOfName(name: string, partitions: number): number {
  let hash = 0;
  for (let i = 0; i < name.length; i++) hash = (Math.imul(hash, 31) + name.charCodeAt(i)) | 0;
  return (hash === -2147483648 ? 0 : Math.abs(hash)) % partitions;
}
