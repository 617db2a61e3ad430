// odradek perf produce: sends records as fast as they are taken, or so many a second, and tells how
// long the answers took (kafka-producer-perf-test).

import { setTimeout as pause } from "node:timers/promises";
import { reason } from "@odradek/base";
import { Producer } from "@odradek/client";
import { Option } from "commander";
import type { CliCommand } from "../command.ts";
import { Failure } from "../failure.ts";
import { addConnectionFlags, connection, reach } from "../flags/connection.ts";
import { producerSettings } from "../flags/producer_settings.ts";
import { gatherProperty, integer } from "../flags/values.ts";
import { Progress } from "../progress.ts";
import type { Terminal } from "../terminal.ts";
import { type PayloadFlags, payloadOf } from "./payload.ts";
import { Sent } from "./sent.ts";

interface PerfProduceFlags extends PayloadFlags {
  readonly topic: string;
  readonly numRecords: number;
  readonly throughput: number;
  readonly warmupRecords: number;
  readonly reportingInterval: number;
  readonly producerProps?: ReadonlyMap<string, string>;
  readonly transactionalId?: string;
  readonly transactionDurationMs?: number;
  readonly json?: boolean;
}

/** As Kafka's producer waits for more records if nothing else is said. */
const LINGER_MS = 5;
/** Records. */
const UNDER_WAY_MAX = 20_000;
/** Records between two looks at what has come meanwhile. */
const TURN_RECORDS = 64;

export const perfProduce: CliCommand = {
  name: "produce",
  describe(program, terminal) {
    program.summary("measure how fast records are taken");
    addConnectionFlags(program, { oldConfig: "--producer.config" });
    program
      .requiredOption("--topic <name>", "where the records go")
      .requiredOption("--num-records <n>", "how many", integer)
      .option("--record-size <bytes>", "of a value, made by chance", integer)
      .option("--payload-file <file>", "values to choose from, one a line")
      .option("--payload-delimiter <text>", "what stands between them", "\\n")
      .option("--payload-monotonic", "values that count up")
      .option("--throughput <n>", "records a second; -1: as many as are taken", integer, -1)
      .option("--warmup-records <n>", "that a second summary leaves out", integer, 0)
      .option("--reporting-interval <ms>", "between two lines", integer, 5000)
      .option("--json", "nothing but the sums, as one JSON document");
    program.addOption(
      new Option("--producer-props <key=value…>").argParser(gatherProperty).hideHelp(),
    );
    program.addOption(new Option("--transactional-id <id>").hideHelp());
    program.addOption(new Option("--transaction-duration-ms <ms>").hideHelp());
    program.action((flags: PerfProduceFlags) => run(flags, terminal));
  },
};

async function run(flags: PerfProduceFlags, terminal: Terminal): Promise<void> {
  check(flags);
  const payload = await payloadOf(flags);
  const defaults = { terminal, clientId: "perf-producer-client", autoCreateTopics: true };
  const given = { ...flags, commandProperty: propertiesOf(flags) };
  const { cluster, properties } = await connection(given, defaults);
  await using _ = cluster;
  const settings = producerSettings(properties, { lingerMs: LINGER_MS });
  await reach(cluster, terminal);
  await using producer = new Producer(cluster, settings);
  const { warmupRecords, reportingInterval: intervalMs } = flags;
  const print = (line: string): void => {
    if (flags.json !== true) terminal.print(line);
  };
  if (warmupRecords > 0) {
    print(
      `Warmup first ${warmupRecords} records. ` +
        "Steady state results will print after the complete test summary.",
    );
  }
  const all = new Sent(print, { intervalMs });
  let steady: Sent | undefined;
  using progress = new Progress(terminal, { unit: "records", total: flags.numRecords });
  const { failures } = await sendAll(flags, {
    send: (index) => {
      if (index > 0 && index === warmupRecords) {
        steady = new Sent(() => undefined, { intervalMs, what: " steady state" });
      }
      const value = payload(index);
      return timed(producer.send({ topic: flags.topic, value }), (latencyMs) => {
        progress.add(1);
        all.answered(value.length, latencyMs);
        if (index >= warmupRecords) steady?.answered(value.length, latencyMs);
      });
    },
    // One line is enough for what may be all of them.
    failed: (error) => {
      terminal.remark(`Cannot send to topic ${flags.topic}: ${reason(error)}`, "bad");
    },
  });
  print(all.summary());
  if (steady !== undefined) print(steady.summary());
  if (flags.json === true) {
    terminal.print(JSON.stringify({ all: all.totals, steady: steady?.totals ?? null }));
  }
  if (failures > 0) throw new Failure(`${failures} records were not taken`);
}

function check(flags: PerfProduceFlags): void {
  const { numRecords, throughput, warmupRecords } = flags;
  if (flags.transactionalId !== undefined || flags.transactionDurationMs !== undefined) {
    throw new Failure("Transactions are not built yet: leave out --transactional-id");
  }
  if (numRecords <= 0) throw new Failure("--num-records must be larger than 0");
  if (throughput === 0) throw new Failure("--throughput must not be 0; -1: no limit");
  if (warmupRecords >= numRecords) {
    throw new Failure("--warmup-records must be smaller than --num-records");
  }
}

async function timed(sent: Promise<unknown>, took: (ms: number) => void): Promise<void> {
  const beganMs = performance.now();
  await sent;
  took(performance.now() - beganMs);
}

interface Sending {
  send(index: number): Promise<void>;
  /** Hears of the first failure. */
  failed(error: unknown): void;
}

/** As fast as the flags want it. Resolves when all are answered. */
async function sendAll(
  { numRecords, throughput }: PerfProduceFlags,
  { send, failed }: Sending,
): Promise<{ readonly failures: number }> {
  let failures = 0;
  const underWay = new Set<Promise<void>>();
  const beganMs = performance.now();
  for (let i = 0; i < numRecords; i++) {
    const settled = send(i).catch((error: unknown) => {
      if (failures++ === 0) failed(error);
    }).finally(() => underWay.delete(settled));
    underWay.add(settled);
    if (underWay.size >= UNDER_WAY_MAX) await settled;
    const dueMs = throughput > 0 ? beganMs + 1000 * (i + 1) / throughput : 0;
    const aheadMs = dueMs - performance.now();
    if (aheadMs >= 1) await pause(aheadMs);
    else if (i % TURN_RECORDS === 0) await pause(0);
  }
  await Promise.all(underWay);
  return { failures };
}

/** The old flag for properties, and the present one. */
function propertiesOf(flags: PerfProduceFlags): ReadonlyMap<string, string> {
  const { commandProperty } = flags as { commandProperty?: ReadonlyMap<string, string> };
  return new Map([...flags.producerProps ?? [], ...commandProperty ?? []]);
}
