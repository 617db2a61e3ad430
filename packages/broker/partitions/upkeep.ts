// What is done to all partitions of a reactor at intervals: segments that have had their time go,
// producers that were idle for too long are forgotten. One partition after the other, so that its
// other work gets its turn.

import { type Clock, Fault, reason, sleep } from "@odradek/base";
import type { ResolvedConfig } from "@odradek/metadata/configs/mod";
import type { Partition } from "./partition.ts";
import type { Partitions } from "./partitions.ts";

export interface UpkeepOptions {
  readonly partitions: Partitions;
  readonly config: ResolvedConfig;
  readonly clock: Clock;
  readonly warn: (message: string, error: unknown) => void;
}

/** Of the first round: a start has other things to do. */
const FIRST_MS_MAX = 30_000;
/** Timers do not reach further. */
const TIMER_MS_MAX = 2 ** 31 - 1;

export class Upkeep {
  readonly #options: UpkeepOptions;
  readonly #stopping = new AbortController();
  readonly #loops: Promise<void>[];

  constructor(options: UpkeepOptions) {
    this.#options = options;
    const { config, clock } = options;
    const idleMsMax = (): number => config.value("producer.id.expiration.ms");
    this.#loops = [
      this.#atIntervals(config.value("log.retention.check.interval.ms"), (one) => one.retain()),
      this.#atIntervals(config.value("producer.id.expiration.check.interval.ms"), ({ log }) => {
        log.producers.expire(clock.now(), idleMsMax());
      }),
    ];
  }

  /** Resolves when nothing is under way any more. */
  async stop(): Promise<void> {
    this.#stopping.abort(new Fault("in use", "The broker is stopping"));
    await Promise.all(this.#loops);
  }

  async #atIntervals(ms: number, work: (one: Partition) => Promise<void> | void): Promise<void> {
    const { clock } = this.#options;
    const { signal } = this.#stopping;
    try {
      await sleep(clock, Math.min(ms, FIRST_MS_MAX), signal);
      for (;;) {
        for (const partition of this.#options.partitions.all()) {
          if (signal.aborted) return;
          await this.#attempt(partition, work);
        }
        await sleep(clock, Math.min(ms, TIMER_MS_MAX), signal);
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  async #attempt(
    partition: Partition,
    work: (one: Partition) => Promise<void> | void,
  ): Promise<void> {
    try {
      await work(partition);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      const name = `${partition.topic}-${partition.partition}`;
      this.#options.warn(`No upkeep of ${name}: ${reason(error)}`, error);
    }
  }
}
