// What clients do meanwhile: idempotent producers at a steady rate with acks=all, and a group that
// reads what they write and commits. All that they are told goes into the history.

import {
  Admin,
  type Cluster,
  connect,
  Consumer,
  done,
  GroupConsumer,
  OFFSET_TIMES,
  Producer,
} from "@odradek/client";
import type { History } from "./history.ts";

export interface Target {
  readonly topic: string;
  readonly partitions: number;
  readonly group: string;
}

export interface WorkloadOptions extends Target {
  readonly addresses: string;
  readonly history: History;
  readonly producers: number;
  readonly members: number;
  /** Of each producer. */
  readonly recordsPerSecond: number;
}

const KEYS = 20;
const VALUE_BYTES = 200;
const TICK_MS = 20;
const LOOK_MS = 500;
/** A node that is paused answers nobody: it is given up soon. */
const REQUEST_MS_MAX = 5000;
const LAST_READ_MS_MAX = 60_000;

export class Workload {
  readonly #options: WorkloadOptions;
  readonly #writing = new AbortController();
  readonly #reading = new AbortController();
  #writers: Promise<unknown> = Promise.resolve();
  #readers: Promise<unknown> = Promise.resolve();

  constructor(options: WorkloadOptions) {
    this.#options = options;
  }

  start(): void {
    const { producers, members } = this.#options;
    this.#writers = Promise.all(
      Array.from({ length: producers }, (_, i) => this.#write(`producer-${i + 1}`)),
    );
    const readers = Array.from({ length: members }, () => this.#read());
    this.#readers = Promise.all([...readers, this.#watchCommits()]);
    for (const task of [this.#writers, this.#readers]) task.catch(() => undefined);
  }

  /** Resolves when nothing is under way any more. */
  async stopWriting(): Promise<void> {
    this.#writing.abort();
    await this.#writers;
  }

  /** Resolves when the members have read all that there is, or make no progress. */
  async stopReading(): Promise<void> {
    const { history, topic, partitions } = this.#options;
    const deadline = Date.now() + LAST_READ_MS_MAX;
    await using cluster = this.#connect();
    const ends = await endsOf(new Admin(cluster), topic, partitions);
    while (!history.hasReadUpTo(ends) && Date.now() < deadline) await pause(LOOK_MS);
    this.#reading.abort();
    await this.#readers;
  }

  /** All that there is in the end goes into the history. */
  async readAll(): Promise<void> {
    const { topic, partitions, history } = this.#options;
    await using cluster = this.#connect();
    const ends = await endsOf(new Admin(cluster), topic, partitions);
    for (const [partition, end] of ends.entries()) {
      if (end === 0) continue;
      const records = new Consumer(cluster).consume({ topic, partition, offset: "earliest" });
      for await (const { offset, value } of records) {
        history.found({ partition, offset, value: text(value) });
        if (offset + 1 >= end) break;
      }
    }
  }

  #connect(): Cluster {
    return connect(this.#options.addresses, { requestTimeoutMs: REQUEST_MS_MAX });
  }

  async #write(name: string): Promise<void> {
    const { topic, recordsPerSecond, history } = this.#options;
    await using cluster = this.#connect();
    await using producer = new Producer(cluster, { replicationTimeoutMs: REQUEST_MS_MAX });
    const began = Date.now();
    for (let sent = 0; !this.#writing.signal.aborted;) {
      const due = Math.floor(((Date.now() - began) / 1000) * recordsPerSecond);
      for (; sent < due; sent++) {
        const key = `${name}-${sent % KEYS}`;
        const value = `${key}#${sent}`;
        const record = { topic, key, value: value.padEnd(VALUE_BYTES) };
        const at = Date.now();
        void producer.send(record).then(
          ({ partition, offset }) => history.acknowledged({ partition, offset, value }, at),
          (error: Error) => history.failed("send", error),
        );
      }
      await pause(TICK_MS);
    }
    await producer.flush();
  }

  async #read(): Promise<void> {
    const { topic, group, history } = this.#options;
    const { signal } = this.#reading;
    while (!signal.aborted) {
      try {
        await using cluster = this.#connect();
        const options = { groupId: group, autoCommitMs: 1000, sessionTimeoutMs: 10_000 };
        await using consumer = new GroupConsumer(cluster, options);
        for await (const { partition, offset, value } of consumer.consume({ topic, signal })) {
          history.read({ partition, offset, value: text(value) });
        }
      } catch (error) {
        history.failed("read", error as Error);
        await pause(LOOK_MS);
      }
    }
  }

  async #watchCommits(): Promise<void> {
    const { group, history } = this.#options;
    await using cluster = this.#connect();
    const admin = new Admin(cluster);
    while (!this.#reading.signal.aborted) {
      try {
        for (const { partition, offset } of await admin.listGroupOffsets(group)) {
          history.committed(partition, offset);
        }
      } catch (error) {
        history.failed("look at commits", error as Error);
      }
      await pause(LOOK_MS);
    }
  }
}

async function endsOf(admin: Admin, topic: string, partitions: number): Promise<number[]> {
  const queries = Array.from({ length: partitions }, (_, partition) => (
    { topic, partition, timestamp: OFFSET_TIMES.latest }
  ));
  const offsets = await admin.listOffsets(queries);
  return queries.map((query) => done(offsets.get(query)).offset);
}

function text(value: Uint8Array | null): string {
  return new TextDecoder().decode(value ?? undefined).trimEnd();
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
