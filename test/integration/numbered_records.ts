// Numbered records under way while nodes die: written, each with what was said of it in a history,
// and read again afterwards.

import {
  type Admin,
  type Consumer,
  type Delivery,
  done,
  OFFSET_TIMES,
  type Producer,
} from "@odradek/client";
import { checkFiles } from "../history/files.ts";
import type { HistoryRecorder } from "../history/recorder.ts";

export interface Target {
  readonly topic: string;
  readonly partitions: number;
}

const VALUE_BYTES = 500;
const IN_FLIGHT = 200;
const ROUND_MS_MAX = 120_000;

/** Of one fetch in a history. */
const FETCHED_MAX = 500;

/** Writes numbered records, so many at a time, and records what was said of them. */
export class Load {
  readonly #producer: Producer;
  readonly #target: Target;
  readonly #history: HistoryRecorder;
  /** How many so far. */
  acknowledged = 0;
  #goal = Number.POSITIVE_INFINITY;
  #reached: () => void = () => undefined;
  #next = 0;
  #isStopping = false;
  #running: Promise<unknown> = Promise.resolve();

  constructor(producer: Producer, target: Target, history: HistoryRecorder) {
    this.#producer = producer;
    this.#target = target;
    this.#history = history;
  }

  start(): void {
    this.#running = Promise.all(Array.from({ length: IN_FLIGHT }, () => this.#write()));
    // Told by the next wait.
    this.#running.catch(() => undefined);
  }

  /** Resolves when so many are acknowledged. Rejects if writing fails, or gets nowhere. */
  async reaches(count: number): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    [this.#goal, this.#reached] = [count, resolve];
    const tooSlow = (): void =>
      reject(new Error(`${this.acknowledged} of ${count} acknowledged, and no more`));
    const timer = setTimeout(tooSlow, ROUND_MS_MAX);
    try {
      await Promise.race([promise, this.#running]);
    } finally {
      clearTimeout(timer);
    }
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#running;
    await this.#producer[Symbol.asyncDispose]();
  }

  async #write(): Promise<void> {
    while (!this.#isStopping) {
      await this.#send(this.#next++);
      if (++this.acknowledged >= this.#goal) this.#reached();
    }
  }

  async #send(number: number): Promise<void> {
    const { topic, partitions } = this.#target;
    const operation = { process: "load", op: "produce", topic, value: String(number) } as const;
    this.#history.add({ ...operation, type: "invoke" });
    let delivery: Delivery;
    try {
      const value = String(number).padEnd(VALUE_BYTES);
      delivery = await this.#producer.send({ topic, partition: number % partitions, value });
    } catch (error) {
      this.#history.add({ ...operation, type: "info" });
      throw error;
    }
    const { partition, offset } = delivery;
    this.#history.add({ ...operation, type: "ok", partition, offset });
  }
}

/** Reads every partition from its beginning to its end. Returns how many records there are. */
export async function readAll(
  { consumer, admin, history }: {
    readonly consumer: Consumer;
    readonly admin: Admin;
    readonly history: HistoryRecorder;
  },
  { topic, partitions }: Target,
): Promise<number> {
  let count = 0;
  for (let partition = 0; partition < partitions; partition++) {
    const query = { topic, partition, timestamp: OFFSET_TIMES.latest };
    const end = done((await admin.listOffsets([query])).get(query)).offset;
    const place = { topic, partition };
    let records: [number, string][] = [];
    const add = (from?: number): void => {
      history.add({ type: "ok", process: "reader", op: "fetch", ...place, records, from });
      count += records.length;
      records = [];
    };
    add(0);
    if (end === 0) continue;
    for await (const { offset, value } of consumer.consume({ ...place, offset: "earliest" })) {
      records.push([offset, textOf(value)]);
      if (records.length >= FETCHED_MAX) add();
      if (offset + 1 >= end) break;
    }
    add();
  }
  return count;
}

/** Without what fills it up. */
function textOf(value: Uint8Array | null): string {
  return new TextDecoder().decode(value ?? undefined).trimEnd();
}

/** What a history shows that must never be; empty: all is well. */
export async function problemsOf(history: HistoryRecorder): Promise<string[]> {
  await history.close();
  const { examples } = await checkFiles([history.path]);
  return examples.map(({ kind, text }) => `${kind}: ${text}`);
}
