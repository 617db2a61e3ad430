// odradek perf consume: reads so many records as a member of a group, and tells how fast they came
// (kafka-consumer-perf-test).

import { GroupConsumer } from "@odradek/client";
import { Option } from "commander";
import type { CliCommand } from "../command.ts";
import { untilIdle } from "../console/idle.ts";
import { Failure } from "../failure.ts";
import { addConnectionFlags, connection, reach } from "../flags/connection.ts";
import { topicPattern } from "../flags/topic_pattern.ts";
import { integer } from "../flags/values.ts";
import { paintHead } from "../looks.ts";
import { Progress } from "../progress.ts";
import type { Terminal } from "../terminal.ts";
import { Received } from "./received.ts";

interface PerfConsumeFlags {
  readonly topic?: string;
  readonly include?: string;
  readonly numRecords?: number;
  readonly messages?: number;
  readonly group?: string;
  readonly fetchSize: number;
  readonly fromLatest?: boolean;
  readonly timeout: number;
  readonly showDetailedStats?: boolean;
  readonly reportingInterval: number;
  readonly hideHeader?: boolean;
  readonly json?: boolean;
}

export const perfConsume: CliCommand = {
  name: "consume",
  describe(program, terminal) {
    program.summary("measure how fast records come");
    addConnectionFlags(program, { oldConfig: "--consumer.config" });
    program
      .option("--topic <name>", "the topic to read")
      .option("--include <pattern>", "topics by regular expression")
      .option("--num-records <n>", "how many", integer)
      .option("--group <name>", "whose member it is (default: perf-consumer-N)")
      .option("--fetch-size <bytes>", "of a partition and answer, at most", integer, 1_048_576)
      .option("--from-latest", "begin with what comes from now on")
      .option("--timeout <ms>", "end when nothing has come for so long", integer, 10_000)
      .option("--show-detailed-stats", "a line for each interval instead of one for all")
      .option("--reporting-interval <ms>", "between two lines", integer, 5000)
      .option("--hide-header", "leave out the names of the columns")
      .option("--json", "nothing but the sums, as one JSON document");
    program.addOption(new Option("--messages <n>").argParser(integer).hideHelp());
    program.addOption(new Option("--socket-buffer-size <bytes>").hideHelp());
    program.action((flags: PerfConsumeFlags) => run(flags, terminal));
  },
};

async function run(flags: PerfConsumeFlags, terminal: Terminal): Promise<void> {
  const wanted = flags.numRecords ?? flags.messages;
  if (wanted === undefined) throw new Failure("--num-records must be given");
  if ((flags.topic === undefined) === (flags.include === undefined)) {
    throw new Failure("Give one of --topic and --include");
  }
  const clientId = "perf-consumer-client";
  const { cluster, properties } = await connection({ ...flags }, { terminal, clientId });
  await using _ = cluster;
  await reach(cluster, terminal);
  const isJson = flags.json === true;
  const received = new Received((line) => terminal.print(line), {
    intervalMs: flags.showDetailedStats === true && !isJson ? flags.reportingInterval : undefined,
  });
  if (flags.hideHeader !== true && !isJson) {
    terminal.print(terminal.paint("title", received.header));
  }
  const groupId = flags.group ?? properties.get("group.id") ??
    `perf-consumer-${Math.floor(Math.random() * 100_000)}`;
  await using consumer = new GroupConsumer(cluster, {
    groupId,
    partitionBytesMax: flags.fetchSize,
    reset: flags.fromLatest === true ? "latest" : "earliest",
    rebalanced: ({ type }) => {
      if (type === "assigned") received.joined();
      else received.left();
    },
  });
  const idle = untilIdle(flags.timeout);
  const signal = AbortSignal.any([terminal.interruption(), idle.signal]);
  const topic = flags.topic ?? topicPattern(flags.include ?? "");
  let count = 0;
  using progress = new Progress(terminal, { unit: "records", total: wanted });
  try {
    for await (const { key, value } of consumer.consume({ topic, signal })) {
      idle.postpone();
      received.record((key?.length ?? 0) + (value?.length ?? 0));
      progress.reach(++count);
      if (count >= wanted) break;
    }
  } finally {
    idle.end();
  }
  if (idle.signal.aborted) {
    const what = `Nothing has come for ${flags.timeout} ms: ended after ${count} of ${wanted}`;
    const line = `WARNING: ${what} records. See --timeout.`;
    if (isJson) terminal.remark(line, "warning");
    else terminal.print(paintHead(terminal.paint, "warning", line));
  }
  if (isJson) terminal.print(JSON.stringify(received.totals));
  else received.end();
}
