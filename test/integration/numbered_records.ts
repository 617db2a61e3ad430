// Numbered records under way while nodes die: written, each remembered with what was said of it,
// and read again afterwards.

import { type Admin, type Consumer, done, OFFSET_TIMES, type Producer } from "@odradek/client";

export interface Target {
  readonly topic: string;
  readonly partitions: number;
}

export interface Acknowledged {
  readonly partition: number;
  readonly offset: number;
}

const VALUE_BYTES = 500;
const IN_FLIGHT = 200;
const ROUND_MS_MAX = 120_000;

/** Writes numbered records, so many at a time, and remembers what was said of them. */
export class Load {
  readonly #producer: Producer;
  readonly #target: Target;
  readonly acknowledged = new Map<number, Acknowledged>();
  #goal = Number.POSITIVE_INFINITY;
  #reached: () => void = () => undefined;
  #next = 0;
  #isStopping = false;
  #running: Promise<unknown> = Promise.resolve();

  constructor(producer: Producer, target: Target) {
    this.#producer = producer;
    this.#target = target;
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
      reject(new Error(`${this.acknowledged.size} of ${count} acknowledged, and no more`));
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
    const { topic, partitions } = this.#target;
    while (!this.#isStopping) {
      const number = this.#next++;
      const value = String(number).padEnd(VALUE_BYTES, ".");
      const partition = number % partitions;
      const delivery = await this.#producer.send({ topic, partition, value });
      this.acknowledged.set(number, { partition, offset: delivery.offset });
      if (this.acknowledged.size >= this.#goal) this.#reached();
    }
  }
}

/** The numbers in each partition, by offset. */
export async function readAll(
  consumer: Consumer,
  admin: Admin,
  { topic, partitions }: Target,
): Promise<number[][]> {
  const found: number[][] = [];
  for (let partition = 0; partition < partitions; partition++) {
    const query = { topic, partition, timestamp: OFFSET_TIMES.latest };
    const end = done((await admin.listOffsets([query])).get(query)).offset;
    const numbers: number[] = [];
    const records = consumer.consume({ topic, partition, offset: "earliest" });
    for await (const { offset, value } of records) {
      numbers[offset] = Number.parseInt(new TextDecoder().decode(value ?? undefined), 10);
      if (offset + 1 >= end) break;
    }
    found.push(numbers);
  }
  return found;
}

/** What is wrong; empty: all is well. */
export function check(
  acknowledged: ReadonlyMap<number, Acknowledged>,
  found: readonly (readonly number[])[],
): string[] {
  const problems: string[] = [];
  const seen = new Set<number>();
  for (const [partition, numbers] of found.entries()) {
    let last = -1;
    for (const [offset, number] of numbers.entries()) {
      if (number === undefined) problems.push(`partition ${partition}: no offset ${offset}`);
      else if (seen.has(number)) problems.push(`record ${number} is there twice`);
      else if (number < last) problems.push(`record ${number} comes after ${last}`);
      else [last] = [number];
      seen.add(number);
    }
  }
  for (const [number, { partition, offset }] of acknowledged) {
    if (found[partition]?.[offset] !== number) {
      problems.push(`record ${number} is not at offset ${offset} of partition ${partition}`);
    }
  }
  return problems;
}
