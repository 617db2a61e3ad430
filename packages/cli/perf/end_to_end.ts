// odradek perf e2e: one record at a time, from the producer through the broker to the consumer
// (kafka-e2e-latency).

import { setTimeout as pause } from "node:timers/promises";
import { type Cluster, Consumer, type ConsumerRecord, Producer } from "@odradek/client";
import type { CliCommand } from "../command.ts";
import { Failure } from "../failure.ts";
import { addConnectionFlags, connection, reach } from "../flags/connection.ts";
import { producerSettings } from "../flags/producer_settings.ts";
import { integer } from "../flags/values.ts";
import { Progress } from "../progress.ts";
import type { Terminal } from "../terminal.ts";
import { Latencies } from "./latencies.ts";
import { letters } from "./payload.ts";

interface EndToEndFlags {
  readonly topic: string;
  readonly numRecords: number;
  readonly producerAcks: string;
  readonly recordSize: number;
  readonly json?: boolean;
}

/** Records between two lines. */
const TELL_RECORDS = 1000;
/** How long a record may take. */
const TIMEOUT_MS = 60_000;
/** Between the records by which both ends find each other. */
const GREETING_MS = 500;

export const perfEndToEnd: CliCommand = {
  name: "e2e",
  describe(program, terminal) {
    program.summary("measure how long records take from producer to consumer");
    addConnectionFlags(program);
    program
      .requiredOption("--topic <name>", "through which the records go")
      .requiredOption("--num-records <n>", "how many, one after the other", integer)
      .option("--producer-acks <acks>", "1 or all", "all")
      .requiredOption("--record-size <bytes>", "of a value, made by chance", integer)
      .option("--json", "nothing but the sums, as one JSON document");
    program.action((flags: EndToEndFlags) => run(flags, terminal));
  },
};

async function run(flags: EndToEndFlags, terminal: Terminal): Promise<void> {
  if (!["1", "all"].includes(flags.producerAcks)) {
    throw new Failure(`--producer-acks must be 1 or all, not "${flags.producerAcks}"`);
  }
  if (flags.recordSize <= 0) throw new Failure("--record-size must be larger than 0");
  const clientId = "e2e-latency";
  const defaults = { terminal, clientId, autoCreateTopics: true };
  const { cluster, properties } = await connection({ ...flags }, defaults);
  await using _ = cluster;
  await reach(cluster, terminal);
  const given = new Map([...properties, ["acks", flags.producerAcks]]);
  await using producer = new Producer(cluster, producerSettings(given, { lingerMs: 0 }));
  const stop = new AbortController();
  const line = new Line({ cluster, producer, topic: flags.topic, signal: stop.signal });
  try {
    await line.open();
    const latencies = new Latencies();
    using progress = new Progress(terminal, { unit: "records", total: flags.numRecords });
    for (let i = 0; i < flags.numRecords; i++) {
      const ms = await line.pass(letters(flags.recordSize));
      const isTold = i % TELL_RECORDS === 0 && flags.json !== true;
      if (isTold) terminal.print(`${i}\t${Number(ms.toFixed(6))}`);
      latencies.add(ms);
      progress.add(1);
    }
    tell(latencies, flags, terminal);
  } finally {
    stop.abort();
  }
}

function tell(latencies: Latencies, { json }: EndToEndFlags, terminal: Terminal): void {
  const [p50 = 0, p99 = 0, p999 = 0] = [0.5, 0.99, 0.999].map((part) =>
    latencies.percentile(part)
  );
  if (json === true) {
    const { count: records, average, max } = latencies;
    const latencyMs = { average, max, p50, p99, p999 };
    return terminal.print(JSON.stringify({ records, latencyMs }));
  }
  const [half, most, nearlyAll] = [p50, p99, p999].map(Math.trunc);
  terminal.print(`Avg latency: ${latencies.average.toFixed(4)} ms`);
  terminal.print(`Percentiles: 50th = ${half}, 99th = ${most}, 99.9th = ${nearlyAll}`);
}

/** Empty, as that of Kafka's tool: all records go to one partition. */
const KEY = new Uint8Array(0);

/** A producer and a consumer that wait for each other's records. */
class Line {
  readonly #producer: Producer;
  readonly #topic: string;
  readonly #records: AsyncIterator<ConsumerRecord, void>;

  constructor({ cluster, producer, topic, signal }: {
    readonly cluster: Cluster;
    readonly producer: Producer;
    readonly topic: string;
    readonly signal: AbortSignal;
  }) {
    this.#producer = producer;
    this.#topic = topic;
    const consumer = new Consumer(cluster);
    this.#records = consumer.consume({ topic, signal })[Symbol.asyncIterator]();
  }

  /** What comes before the consumer knows the log's end is lost on it: greets until it hears. */
  async open(): Promise<void> {
    const deadlineMs = performance.now() + TIMEOUT_MS;
    const first = this.#records.next();
    // Its failure is seen by who waits for it below, or by nobody.
    first.catch(() => undefined);
    let greeting: Uint8Array;
    let isHeard = false;
    do {
      greeting = letters(32);
      await this.#producer.send({ topic: this.#topic, key: KEY, value: greeting });
      isHeard = await Promise.race([first.then(() => true), pause(GREETING_MS, false)]);
    } while (!isHeard && performance.now() < deadlineMs);
    if (!isHeard) throw new Failure(`Nothing comes back from topic ${this.#topic}`);
    for (let next = await first; !next.done; next = await this.#records.next()) {
      if (isSame(next.value.value, greeting)) return;
    }
  }

  /** How long it took, ms. */
  async pass(value: Uint8Array): Promise<number> {
    const beganMs = performance.now();
    const next = this.#records.next();
    next.catch(() => undefined);
    await this.#producer.send({ topic: this.#topic, key: KEY, value });
    const timeout = new AbortController();
    const { signal } = timeout;
    const late = pause(TIMEOUT_MS, undefined, { signal }).catch(() => undefined);
    const got = await Promise.race([next, late]);
    timeout.abort();
    if (got === undefined) throw new Failure(`A record did not come within ${TIMEOUT_MS} ms`);
    if (got.done === true || !isSame(got.value.value, value)) {
      throw new Failure("Another record came than was sent: somebody else writes to the topic");
    }
    return performance.now() - beganMs;
  }
}

function isSame(a: Uint8Array | null, b: Uint8Array): boolean {
  return a !== null && a.length === b.length && a.every((byte, i) => byte === b[i]);
}
