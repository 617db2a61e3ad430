// Makes one topic after the other, and notes when each was accepted: for how long a cluster takes
// no CreateTopics, and which topics it must have in the end.

import { type Uuid, ZERO_UUID } from "@odradek/base";
import { Admin, BrokerRefused, type Cluster, connect, done } from "@odradek/client";

export const PARTITIONS = 3;
const PAUSE_MS = 10;
/** A try that nobody answers is given up, and the topic asked for again. */
const REQUEST_MS_MAX = 3000;
const CALL_MS_MAX = 60_000;
/** What a fault has to do with is seen so long after it. */
const AFTER_MS = 10_000;

export class TopicMaker implements AsyncDisposable {
  readonly #cluster: Cluster;
  readonly #replicas: number;
  readonly #prefix: string;
  /** Monotonic ms. */
  readonly #acceptedAt: number[] = [];
  /** By name; zero: its answer was lost, and it was there at the next try. */
  readonly accepted = new Map<string, Uuid>();
  readonly failures: string[] = [];
  #isStopping = false;
  readonly #running: Promise<void>;

  constructor(addresses: string, { prefix, replicas }: {
    readonly prefix: string;
    readonly replicas: number;
  }) {
    this.#cluster = connect(addresses, {
      requestTimeoutMs: REQUEST_MS_MAX,
      callTimeoutMs: CALL_MS_MAX,
      retryBackoff: { firstMs: 10, mostMs: 50 },
    });
    this.#prefix = prefix;
    this.#replicas = replicas;
    this.#running = this.#run();
  }

  /** So many more than now. */
  async makes(count: number): Promise<void> {
    const goal = this.accepted.size + count;
    while (this.accepted.size < goal && !this.#isStopping) await pause(PAUSE_MS);
  }

  /** The longest time without an acceptance around a moment, ms; both monotonic. */
  longestGapAround(atMs: number): number {
    let longest = 0;
    for (const [i, acceptedAt] of this.#acceptedAt.entries()) {
      const before = this.#acceptedAt[i - 1];
      if (before === undefined || acceptedAt < atMs || before > atMs + AFTER_MS) continue;
      longest = Math.max(longest, acceptedAt - before);
    }
    return longest;
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#running;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await this.#cluster[Symbol.asyncDispose]();
  }

  async #run(): Promise<void> {
    const admin = new Admin(this.#cluster);
    for (let i = 0; !this.#isStopping; i++) {
      const name = `${this.#prefix}-${i}`;
      const topic = { name, partitions: PARTITIONS, replicationFactor: this.#replicas };
      try {
        const { topicId } = done((await admin.createTopics([topic])).get(topic));
        this.#note(name, topicId);
      } catch (error) {
        // Accepted by one who could not say so any more.
        if (error instanceof BrokerRefused && error.error === "TOPIC_ALREADY_EXISTS") {
          this.#note(name, ZERO_UUID);
        } else this.failures.push(`${name}: ${String(error)}`);
      }
      await pause(PAUSE_MS);
    }
  }

  #note(name: string, topicId: Uuid): void {
    this.#acceptedAt.push(performance.now());
    this.accepted.set(name, topicId);
  }
}

export async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}
