// odradek delete-records: cuts off the beginning of partitions (kafka-delete-records).

import { Admin, BrokerRefused, type RecordsBefore } from "@odradek/client";
import type { CliCommand } from "../command.ts";
import { Failure } from "../failure.ts";
import { addConnectionFlags, connection } from "../flags/connection.ts";
import { readJson } from "../flags/json_file.ts";
import type { Terminal } from "../terminal.ts";

interface DeleteRecordsFlags {
  readonly offsetJsonFile: string;
  readonly json?: boolean;
}

export const deleteRecords: CliCommand = {
  name: "delete-records",
  describe(program, terminal) {
    addConnectionFlags(program);
    program
      .requiredOption(
        "--offset-json-file <file>",
        'the new starts: {"partitions":[{"topic":"t","partition":0,"offset":5}],"version":1}; ' +
          "offset -1 is the end",
      )
      .option("--json", "as one JSON document")
      .action((flags: DeleteRecordsFlags) => run(flags, terminal));
  },
};

async function run(flags: DeleteRecordsFlags, terminal: Terminal): Promise<void> {
  const cuts = await readCuts(flags.offsetJsonFile);
  const { cluster } = await connection({ ...flags }, { terminal });
  await using _ = cluster;
  const admin = new Admin(cluster);
  await checkPartitions(admin, cuts);
  if (flags.json !== true) terminal.print("Executing records delete operation");
  const outcomes = await admin.deleteRecords(cuts);
  if (flags.json === true) terminal.print(jsonOf(outcomes));
  else terminal.print("Records delete operation completed:");
  let failures = 0;
  for (const [{ topic, partition }, outcome] of outcomes) {
    const what = `partition: ${topic}-${partition}`;
    if (outcome instanceof BrokerRefused) failures++;
    if (flags.json === true) continue;
    terminal.print(
      outcome instanceof BrokerRefused
        ? `${what}\t${terminal.paint("bad", "error:")} ${outcome.message}`
        : `${what}\tlow_watermark: ${outcome}`,
    );
  }
  if (failures > 0) throw new Failure("");
}

function jsonOf(outcomes: ReadonlyMap<RecordsBefore, number | BrokerRefused>): string {
  return JSON.stringify({
    partitions: [...outcomes].map(([{ topic, partition }, outcome]) =>
      outcome instanceof BrokerRefused
        ? { topic, partition, error: outcome.error, message: outcome.message }
        : { topic, partition, lowWatermark: outcome }
    ),
  });
}

/** A partition that nobody knows will not come: Kafka's tool waits a minute for it. */
async function checkPartitions(admin: Admin, cuts: readonly RecordsBefore[]): Promise<void> {
  const topics = new Map((await admin.listTopics()).map((topic) => [topic.name, topic]));
  const unknown = cuts.filter(({ topic, partition }) =>
    topics.get(topic)?.partitions[partition] === undefined
  );
  if (unknown.length === 0) return;
  const names = unknown.map(({ topic, partition }) => `${topic}-${partition}`);
  throw new Failure(`There is no partition ${names.join(", ")}: nothing was deleted`);
}

async function readCuts(path: string): Promise<RecordsBefore[]> {
  const cuts = parseCuts(await readJson(path));
  if (cuts === undefined) {
    const form = '{"partitions":[{"topic":"t","partition":0,"offset":5}],"version":1}';
    throw new Failure(`Cannot use "${path}": it must be ${form}`);
  }
  const keys = cuts.map(({ topic, partition }) => `${topic}-${partition}`);
  const twice = [...new Set(keys.filter((key, i) => keys.indexOf(key) < i))];
  if (twice.length === 0) return cuts;
  throw new Failure(`Offset json file contains duplicate topic partitions: ${twice.join(",")}`);
}

/** Undefined if it is of another form. */
function parseCuts(value: unknown): RecordsBefore[] | undefined {
  const { partitions, version = 1 } = (value ?? {}) as Record<string, unknown>;
  if (version !== 1 || !Array.isArray(partitions)) return undefined;
  return partitions.every(isCut) ? partitions : undefined;
}

function isCut(value: unknown): value is RecordsBefore {
  const { topic, partition, offset } = (value ?? {}) as Record<string, unknown>;
  return typeof topic === "string" && Number.isSafeInteger(partition) &&
    Number.isSafeInteger(offset);
}
