// Latency at a fixed rate, free of coordinated omission: a request counts from the moment at which
// it was due, not from when it could be sent, so that a stall is seen by all whom it delays. One
// connection produces, another one reads along.

import { setImmediate } from "node:timers/promises";
import type { Address } from "@odradek/base";
import { cpuMs } from "./costs.ts";
import { checkError } from "./loads.ts";
import type { RatePlan } from "./plan.ts";
import { RawConnection } from "./raw_connection.ts";
import { ANSWERS, batchOf, fetchRequest, produceRequest, type Request } from "./requests.ts";
import { type Figures, percentile } from "./results.ts";
import type { Subject } from "./subjects.ts";
import type { Topic, Topics } from "./topics.ts";

/** Not counted: compilers and caches settle. */
const WARM_SECONDS = 1;
const REQUEST_BYTES = 160;
const ACKS_ALL = -1;
const FETCH_BYTES_MAX = 1024 * 1024;
const FETCH_WAIT_MS = 500;
/** What was sent and has no answer by then is an error. */
const ANSWERS_MS_MAX = 30_000;
const PARTS = [["p50", 0.5], ["p99", 0.99], ["p99.9", 0.999]] as const;

export async function measureRate(
  plan: RatePlan,
  subject: Subject,
  topics: Topics,
): Promise<Figures> {
  const topic = await topics.create(1);
  const run = new RateRun(plan, topic);
  const cpuBefore = cpuMs(subject.pid);
  const before = performance.now();
  await run.pace(subject);
  const [cpu, wall] = [cpuMs(subject.pid) - cpuBefore, performance.now() - before];
  await topics.delete(topic);
  return { ...run.figures(plan.perSecond), "CPU %": 100 * cpu / wall };
}

class RateRun {
  readonly #topic: Topic;
  readonly #intervalMs: number;
  readonly #count: number;
  /** ms from due to acknowledged, and to read. Record n has offset n. */
  readonly #acknowledged: Float64Array;
  readonly #seen: Float64Array;
  #startMs = 0;
  #sentCount = 0;
  #acknowledgedCount = 0;
  #seenCount = 0;
  #producer: RawConnection | undefined;
  #consumer: RawConnection | undefined;
  readonly #fetch: Request;
  #fetchCount = 0;
  /** Those on their way, and those that can be sent again. */
  readonly #inFlight: Request[] = [];
  readonly #idle: Request[] = [];
  #failure: Error | undefined;

  constructor({ perSecond, seconds }: RatePlan, topic: Topic) {
    this.#topic = topic;
    this.#intervalMs = 1000 / perSecond;
    this.#count = perSecond * (WARM_SECONDS + seconds);
    this.#acknowledged = new Float64Array(this.#count);
    this.#seen = new Float64Array(this.#count);
    this.#fetch = fetchRequest(topic.id, { bytesMax: FETCH_BYTES_MAX, maxWaitMs: FETCH_WAIT_MS });
    this.#fetch.setPartition(0);
  }

  /** Sends all, and waits until all are acknowledged and read. */
  async pace({ address }: Subject): Promise<void> {
    this.#producer = await this.#open(address, (head) => this.#takeAcknowledgement(head));
    this.#consumer = await this.#open(address, (head) => this.#takeRecords(head));
    try {
      await this.#run();
    } finally {
      this.#producer.close();
      this.#consumer.close();
    }
  }

  async #run(): Promise<void> {
    this.#startMs = performance.now();
    this.#sendFetch();
    const endMs = this.#startMs + this.#count * this.#intervalMs + ANSWERS_MS_MAX;
    while (this.#acknowledgedCount < this.#count || this.#seenCount < this.#count) {
      if (this.#failure !== undefined) throw this.#failure;
      const nowMs = performance.now();
      if (nowMs > endMs) throw new Error(`Not all was answered after ${ANSWERS_MS_MAX} ms`);
      while (this.#sentCount < this.#count && this.#dueMs(this.#sentCount) <= nowMs) this.#send();
      // A timer would come too late by up to a millisecond: the loop turns without a pause.
      await setImmediate();
    }
  }

  figures(perSecond: number): Figures {
    const from = perSecond * WARM_SECONDS;
    return {
      ...latencies("acknowledged", this.#acknowledged.subarray(from)),
      ...latencies("read", this.#seen.subarray(from)),
    };
  }

  #open(address: Address, answered: (head: DataView) => void): Promise<RawConnection> {
    return RawConnection.open(address, {
      answered: (head) => {
        try {
          answered(head);
        } catch (error) {
          this.#failure ??= error as Error;
        }
      },
      caughtUp: () => undefined,
      broken: (error) => (this.#failure ??= error),
    });
  }

  #dueMs(n: number): number {
    return this.#startMs + n * this.#intervalMs;
  }

  #send(): void {
    const request = this.#idle.pop() ?? this.#makeProduce();
    request.setCorrelationId(this.#sentCount++);
    this.#inFlight.push(request);
    this.#producer?.send(request.frame);
  }

  #makeProduce(): Request {
    const { name } = this.#topic;
    const around = produceRequest(name, new Uint8Array(0), ACKS_ALL).frame.length;
    const batch = batchOf(REQUEST_BYTES - around, REQUEST_BYTES);
    const request = produceRequest(name, batch.bytes, ACKS_ALL);
    request.setPartition(0);
    return request;
  }

  #sendFetch(): void {
    this.#fetch.setCorrelationId(this.#fetchCount++);
    this.#fetch.setFetchOffset(this.#seenCount);
    this.#consumer?.send(this.#fetch.frame);
  }

  #takeAcknowledgement(head: DataView): void {
    checkError(head.getInt16(ANSWERS.produceErrorAt(this.#topic.name)));
    const n = this.#acknowledgedCount++;
    this.#acknowledged[n] = performance.now() - this.#dueMs(n);
    this.#idle.push(this.#inFlight.shift() as Request);
  }

  /** All below the high watermark are there, for no fetch asks for more than it may get. */
  #takeRecords(head: DataView): void {
    checkError(head.getInt16(ANSWERS.fetch.partitionErrorAt));
    const nowMs = performance.now();
    const end = Number(head.getBigInt64(ANSWERS.fetch.highWatermarkAt));
    while (this.#seenCount < end) {
      this.#seen[this.#seenCount] = nowMs - this.#dueMs(this.#seenCount);
      this.#seenCount++;
    }
    if (this.#seenCount < this.#count) this.#sendFetch();
  }
}

function latencies(what: string, values: Float64Array): Figures {
  const sorted = values.toSorted();
  return Object.fromEntries(
    PARTS.map(([name, part]) => [`${what} ${name} ms`, percentile(sorted, part)]),
  );
}
