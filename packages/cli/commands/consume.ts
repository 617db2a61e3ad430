// odradek consume: writes the records of topics to standard output (kafka-console-consumer).

import { Fault, reason } from "@odradek/base";
import type { ConsumerRecord } from "@odradek/client";
import { Option } from "commander";
import type { CliCommand } from "../command.ts";
import { checkConsumeFlags, type ConsumeFlags } from "../console/consume_flags.ts";
import { type Formatter, formatterNamed } from "../console/formatters.ts";
import { untilIdle } from "../console/idle.ts";
import { recordSource } from "../console/record_source.ts";
import { Failure } from "../failure.ts";
import { addConnectionFlags, connection, reach, readProperties } from "../flags/connection.ts";
import { gatherProperty, integer } from "../flags/values.ts";
import { Progress } from "../progress.ts";
import type { Terminal } from "../terminal.ts";

export const consume: CliCommand = {
  name: "consume",
  hasProgress: true,
  describe(program, terminal) {
    const oldProperty = "--consumer-property";
    addConnectionFlags(program, { oldConfig: "--consumer.config", oldProperty });
    program
      .option("--topic <name>", "the topic to read")
      .option("--include <pattern>", "topics by regular expression")
      .option("--partition <n>", "one partition; all if absent", integer)
      .option("--offset <offset>", "earliest, latest, or a number (default: latest)")
      .option("--from-beginning", "begin with the first record that is there")
      .option("--group <name>", "read as a member of a group")
      .option("--max-messages <n>", "end after so many records", integer)
      .option("--timeout-ms <ms>", "end when nothing has come for so long", integer)
      .option("--isolation-level <level>", "or read_committed", "read_uncommitted")
      .option("--skip-message-on-error", "leave out records that cannot be shown")
      .option("--key-deserializer <name>", "string, json, hex, integer, long, …")
      .option("--value-deserializer <name>", "the same for values")
      .option("--formatter <name>", "line, offsets, group-metadata, transaction-log", "line")
      .option("--formatter-property <key=value>", "what is shown; repeatable", gatherProperty)
      .option("--formatter-config <file>", "the same from a file");
    program.addOption(new Option("--property <key=value>").argParser(gatherProperty).hideHelp());
    program.addOption(new Option("--enable-systest-events").hideHelp());
    program.action((flags: ConsumeFlags) => run(flags, terminal));
  },
};

async function run(flags: ConsumeFlags, terminal: Terminal): Promise<void> {
  checkConsumeFlags(flags);
  const formatter = formatterNamed(flags.formatter, await formatterProperties(flags));
  const clientId = "console-consumer";
  const defaults = { terminal, clientId, autoCreateTopics: true };
  const { cluster, properties } = await connection({ ...flags }, defaults);
  await using _ = cluster;
  await reach(cluster, terminal, flags.timeoutMs);
  const interruption = terminal.interruption();
  const idle = untilIdle(flags.timeoutMs);
  const signal = AbortSignal.any([interruption, idle.signal]);
  let count = 0;
  // Records that scroll by show well enough that they come.
  const isTold = flags.maxMessages !== undefined || !terminal.isOutputSeen;
  using progress = isTold
    ? new Progress(terminal, { unit: "records", total: flags.maxMessages })
    : undefined;
  try {
    await using source = await recordSource(cluster, { flags, properties, signal });
    for await (const record of limited(source.records, flags.maxMessages)) {
      idle.postpone();
      show(record, { formatter, isLenient: flags.skipMessageOnError === true, terminal });
      progress?.reach(++count);
    }
    const refusal = cluster.view.refusals.get(flags.topic ?? "");
    if (idle.signal.aborted && count === 0 && refusal !== undefined) throw refusal;
    if (idle.signal.aborted) terminal.remark(idle.message, "warning");
  } finally {
    idle.end();
    await terminal.flush();
    terminal.remark(`Processed a total of ${count} messages`);
  }
}

/** Ends behind the last one, not before the next. */
async function* limited(
  records: AsyncIterable<ConsumerRecord>,
  max = Number.POSITIVE_INFINITY,
): AsyncGenerator<ConsumerRecord> {
  let left = max;
  if (left <= 0) return;
  for await (const record of records) {
    yield record;
    if (--left <= 0) return;
  }
}

interface Showing {
  readonly formatter: Formatter;
  readonly isLenient: boolean;
  readonly terminal: Terminal;
}

function show(record: ConsumerRecord, { formatter, isLenient, terminal }: Showing): void {
  try {
    terminal.write(formatter(record));
  } catch (error) {
    if (!(error instanceof Failure) && !(error instanceof Fault)) throw error;
    const { topic, partition, offset } = record;
    const message = `Cannot show ${topic}-${partition} at offset ${offset}: ${reason(error)}`;
    if (!isLenient) throw new Failure(message);
    terminal.remark(message, isLenient ? "warning" : "bad");
  }
}

async function formatterProperties(flags: ConsumeFlags): Promise<Map<string, string>> {
  const { formatterConfig, property = [], formatterProperty = [] } = flags;
  const fromFile = formatterConfig === undefined ? [] : await readProperties(formatterConfig);
  const properties = new Map([...fromFile, ...property, ...formatterProperty]);
  const { keyDeserializer, valueDeserializer } = flags;
  if (keyDeserializer !== undefined) properties.set("key.deserializer", keyDeserializer);
  if (valueDeserializer !== undefined) properties.set("value.deserializer", valueDeserializer);
  return properties;
}
