// What is done to all partitions of a reactor at intervals: segments that have had their time go,
// producers that were idle for too long are forgotten, logs are compacted. One partition after the
// other, so that its other work gets its turn.

import { type Clock, Fault, reason, sleep } from "@odradek/base";
import type { ResolvedConfig } from "@odradek/metadata/configs/mod";
import type { Compactor } from "./compactor.ts";
import type { Partition } from "../partition.ts";
import type { Partitions } from "../partitions.ts";

export interface UpkeepOptions {
  readonly partitions: Partitions;
  readonly compactor: Compactor;
  /** As it is now. */
  readonly config: () => ResolvedConfig;
  readonly clock: Clock;
  readonly warn: (message: string, error: unknown) => void;
}

/** The config that tells how often. */
type Interval =
  | "log.retention.check.interval.ms"
  | "producer.id.expiration.check.interval.ms"
  | "log.cleaner.backoff.ms";

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
    const { config, clock, partitions, compactor } = options;
    this.#loops = [
      this.#each("log.retention.check.interval.ms", (one) => one.retain()),
      this.#each("producer.id.expiration.check.interval.ms", ({ log }) => {
        log.producers.expire(clock.now(), config().value("producer.id.expiration.ms"));
      }),
      this.#atIntervals("log.cleaner.backoff.ms", async () => {
        await compactor.compactAll(() => partitions.all(), this.#stopping.signal);
      }),
    ];
  }

  /** Resolves when nothing is under way any more. */
  async stop(): Promise<void> {
    this.#stopping.abort(new Fault("in use", "The broker is stopping"));
    await Promise.all(this.#loops);
  }

  #each(interval: Interval, work: (one: Partition) => Promise<void> | void): Promise<void> {
    return this.#atIntervals(interval, async () => {
      for (const partition of this.#options.partitions.all()) {
        if (this.#stopping.signal.aborted) return;
        await this.#attempt(partition, work);
      }
    });
  }

  async #atIntervals(interval: Interval, work: () => Promise<void>): Promise<void> {
    const { clock, config } = this.#options;
    const intervalMs = (): number => Math.min(config().value(interval), TIMER_MS_MAX);
    const { signal } = this.#stopping;
    try {
      await sleep(clock, Math.min(intervalMs(), FIRST_MS_MAX), signal);
      for (;;) {
        await work();
        await sleep(clock, intervalMs(), signal);
      }
    } catch (error) {
      if (error !== signal.reason) throw error;
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
