// odradek produce: writes the lines of standard input to a topic (kafka-console-producer).

import { reason } from "@odradek/base";
import { type Delivery, Producer, type ProducerSettings } from "@odradek/client";
import { CODECS } from "@odradek/protocol/records/compression";
import { Option } from "commander";
import type { CliCommand } from "../command.ts";
import { LineReader, lineReaderOptions } from "../console/line_reader.ts";
import { readLines } from "../console/lines.ts";
import { Failure } from "../failure.ts";
import { addConnectionFlags, connection, reach, readProperties } from "../flags/connection.ts";
import { producerSettings } from "../flags/producer_settings.ts";
import { gatherProperty, integer } from "../flags/values.ts";
import { Progress } from "../progress.ts";
import type { Terminal } from "../terminal.ts";

interface ProduceFlags {
  readonly topic: string;
  readonly sync?: boolean;
  readonly compressionCodec?: string | true;
  readonly batchSize?: number;
  readonly maxPartitionMemoryBytes?: number;
  readonly maxMemoryBytes?: number;
  readonly timeout?: number;
  readonly requestTimeoutMs?: number;
  readonly requestRequiredAcks?: string;
  readonly maxBlockMs?: number;
  readonly lineReader?: string;
  readonly readerConfig?: string;
  readonly readerProperty?: ReadonlyMap<string, string>;
  readonly property?: ReadonlyMap<string, string>;
}

/** Long enough to gather what comes at once, and too short to be noticed. */
const LINGER_MS = 5;
/** Records. */
const UNDER_WAY_MAX = 20_000;
const PROMPT = ">";
const LINE_READER = "LineMessageReader";

export const produce: CliCommand = {
  name: "produce",
  hasProgress: true,
  describe(program, terminal) {
    const oldProperty = "--producer-property";
    addConnectionFlags(program, { oldConfig: "--producer.config", oldProperty });
    program
      .requiredOption("--topic <name>", "where the records go")
      .option("--sync", "wait for each record before the next")
      .option("--compression-codec [codec]", `${CODECS.join(", ")}; gzip if none is named`)
      .option("--batch-size <bytes>", "of a batch, before compression", integer)
      .option("--max-memory-bytes <bytes>", "of records that are not answered", integer)
      .option("--timeout <ms>", "how long a batch waits for more records", integer)
      .option("--request-required-acks <acks>", "0, 1, or all (-1)")
      .option("--request-timeout-ms <ms>", "how long a leader waits for its replicas", integer)
      .option("--max-block-ms <ms>", "how long to wait for the topic to be known", integer)
      .option("--reader-property <key=value>", "how lines are read; repeatable", gatherProperty)
      .option("--reader-config <file>", "the same from a file")
      .option("--line-reader <name>", `only ${LINE_READER}`);
    for (const old of ["--message-send-max-retries <n>", "--retry-backoff-ms <ms>"]) {
      program.addOption(new Option(old).hideHelp());
    }
    for (const old of ["--metadata-expiry-ms <ms>", "--socket-buffer-size <bytes>"]) {
      program.addOption(new Option(old).hideHelp());
    }
    program.addOption(
      new Option("--max-partition-memory-bytes <bytes>").argParser(integer).hideHelp(),
    );
    program.addOption(new Option("--property <key=value>").argParser(gatherProperty).hideHelp());
    program.action((flags: ProduceFlags) => run(flags, terminal));
  },
};

async function run(flags: ProduceFlags, terminal: Terminal): Promise<void> {
  const reader = new LineReader(lineReaderOptions(await readerProperties(flags)));
  if (flags.lineReader !== undefined && !flags.lineReader.endsWith(LINE_READER)) {
    throw new Failure(`There is no line reader ${flags.lineReader}, only ${LINE_READER}`);
  }
  const clientId = "console-producer";
  const defaults = { terminal, clientId, autoCreateTopics: true };
  const { cluster, properties } = await connection({ ...flags }, defaults);
  await using _ = cluster;
  const settings = settingsOf(flags, properties);
  await reach(cluster, terminal);
  await using producer = new Producer(cluster, settings);
  let failures = 0;
  let underWay = 0;
  // What goes wrong with one record mostly goes wrong with all.
  const told = new Set<string>();
  const send = async (line: string): Promise<void> => {
    const sent: Promise<Delivery> = producer.send({ topic: flags.topic, ...reader.read(line) });
    if (flags.sync === true) return void await sent;
    underWay++;
    const settled = sent.catch((error: unknown) => {
      failures++;
      const problem = `Cannot send to topic ${flags.topic}: ${reason(error)}`;
      if (!told.has(problem)) terminal.remark(problem, "bad");
      told.add(problem);
    }).finally(() => underWay--);
    // Input that comes faster than it can be sent must not pile up.
    if (underWay >= UNDER_WAY_MAX) await settled;
  };
  try {
    await sendLines(terminal, send);
  } finally {
    await producer.flush();
  }
  if (failures > 0) throw new Failure("");
}

async function sendLines(
  terminal: Terminal,
  send: (line: string) => Promise<void>,
): Promise<void> {
  const { input, inputBytes, isInputTyped } = terminal;
  if (isInputTyped) {
    terminal.write(PROMPT);
    for await (const line of readLines(input)) {
      await send(line);
      terminal.write(PROMPT);
    }
    return;
  }
  const unit = inputBytes === undefined ? "records" : "bytes";
  using progress = new Progress(terminal, { unit, total: inputBytes });
  const given = unit === "bytes" ? counted(input, progress) : input;
  for await (const line of readLines(given)) {
    await send(line);
    if (unit === "records") progress.add(1);
  }
}

/** The bytes that were taken. */
async function* counted(
  input: AsyncIterable<Uint8Array>,
  progress: Progress,
): AsyncGenerator<Uint8Array> {
  for await (const bytes of input) {
    yield bytes;
    progress.add(bytes.length);
  }
}

async function readerProperties(flags: ProduceFlags): Promise<Map<string, string>> {
  const { readerConfig, property = [], readerProperty = [] } = flags;
  const fromFile = readerConfig === undefined ? [] : await readProperties(readerConfig);
  return new Map([...fromFile, ...property, ...readerProperty]);
}

/** Flags first, then client properties, then what is usual. */
function settingsOf(
  flags: ProduceFlags,
  properties: ReadonlyMap<string, string>,
): ProducerSettings {
  const { compressionCodec: codec, requestTimeoutMs: replicationTimeoutMs } = flags;
  const given = new Map(properties);
  for (
    const [name, value] of Object.entries({
      "acks": flags.requestRequiredAcks,
      "compression.type": codec === true ? "gzip" : codec,
      "linger.ms": flags.timeout,
      "batch.size": flags.batchSize ?? flags.maxPartitionMemoryBytes,
      "buffer.memory": flags.maxMemoryBytes,
      "max.block.ms": flags.maxBlockMs,
    })
  ) if (value !== undefined) given.set(name, String(value));
  const settings = producerSettings(given, { lingerMs: LINGER_MS });
  return replicationTimeoutMs === undefined ? settings : { ...settings, replicationTimeoutMs };
}
