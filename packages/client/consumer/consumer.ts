// The consumer by assignment: partitions and positions are the caller's choice, and nothing is
// committed.

import type { Cluster } from "../cluster.ts";
import { Fetcher, type FetcherOptions } from "./fetcher.ts";
import type { ConsumerRecord, StartOffset } from "./record.ts";

export interface ConsumeOptions extends Partial<FetcherOptions> {
  /** One or some. */
  readonly topic: string | readonly string[];
  /** Of each topic: one, some, or all if absent. */
  readonly partition?: number | readonly number[] | undefined;
  /** Of every partition; the end if absent. */
  readonly offset?: StartOffset | undefined;
  /** Ends the iteration. */
  readonly signal?: AbortSignal | undefined;
}

/** Of all consumers. */
export const FETCH_DEFAULTS: FetcherOptions = {
  maxWaitMs: 500,
  minBytes: 1,
  maxBytes: 52_428_800,
  partitionBytesMax: 1_048_576,
  isolationLevel: "read_uncommitted",
  reset: "earliest",
};

export class Consumer {
  readonly #cluster: Cluster;
  readonly #defaults: FetcherOptions;

  constructor(cluster: Cluster, defaults: Partial<FetcherOptions> = {}) {
    this.#cluster = cluster;
    this.#defaults = { ...FETCH_DEFAULTS, ...defaults };
  }

  /**
   * The records of the partitions as they come, in order within each, until the signal aborts or
   * the loop ends. BrokerRefused if a broker does not let us read; Fault "corrupt".
   */
  async *consume(options: ConsumeOptions): AsyncGenerator<ConsumerRecord, void, undefined> {
    const { topic, partition, offset = "latest", signal, ...settings } = options;
    const fetcher = new Fetcher(this.#cluster, { ...this.#defaults, ...settings });
    try {
      for (const one of [topic].flat()) {
        const partitions = partition ?? await this.#partitionsOf(one, signal);
        for (const i of [partitions].flat()) fetcher.assign({ topic: one, partition: i }, offset);
      }
      for (;;) {
        for (const record of (await fetcher.next(signal)).records()) {
          yield record;
          signal?.throwIfAborted();
        }
      }
    } catch (error) {
      if (signal?.aborted !== true) throw error;
    }
  }

  async #partitionsOf(topic: string, signal: AbortSignal | undefined): Promise<number[]> {
    const view = await this.#cluster.persist(() => this.#cluster.topic(topic), { signal });
    return view.partitions.map(({ partition }) => partition);
  }
}
