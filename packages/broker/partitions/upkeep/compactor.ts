// Compaction of a reactor's partitions: one log at a time, the dirtiest first, as long as one is
// dirty enough. A log that cannot be compacted is told of once, and left alone until the next
// start.

import { type Clock, Fault, type Jobs, reason } from "@odradek/base";
import type { CompactionRange } from "@odradek/log";
import type { Partition } from "../partition.ts";

export interface CompactorOptions {
  readonly jobs: Jobs;
  readonly clock: Clock;
  readonly warn: (message: string, error: unknown) => void;
}

interface Candidate {
  readonly partition: Partition;
  readonly range: CompactionRange;
}

export class Compactor {
  readonly #options: CompactorOptions;
  readonly #uncompactable = new WeakSet<Partition>();

  constructor(options: CompactorOptions) {
    this.#options = options;
  }

  /** Until no log is dirty enough, or the signal aborts. */
  async compactAll(partitions: () => Iterable<Partition>, signal: AbortSignal): Promise<void> {
    for (;;) {
      const dirtiest = await this.#dirtiest(partitions(), signal);
      if (dirtiest === undefined || signal.aborted) return;
      const { partition, range } = dirtiest;
      try {
        await partition.log.compact(range, { jobs: this.#options.jobs, signal });
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        this.#giveUp(partition, error);
      }
    }
  }

  async #dirtiest(
    partitions: Iterable<Partition>,
    signal: AbortSignal,
  ): Promise<Candidate | undefined> {
    let dirtiest: Candidate | undefined;
    for (const partition of partitions) {
      if (signal.aborted) return undefined;
      if (partition.isGone || this.#uncompactable.has(partition)) continue;
      const range = await partition.log.compactionRange(partition.lastStableOffset);
      if (range === undefined) continue;
      const isDirtier = range.dirtyRatio > (dirtiest?.range.dirtyRatio ?? -1);
      if (isDirtier) dirtiest = { partition, range };
    }
    return dirtiest;
  }

  #giveUp(partition: Partition, error: Fault): void {
    this.#uncompactable.add(partition);
    const name = `${partition.topic}-${partition.partition}`;
    this.#options.warn(`Partition ${name} is compacted no more: ${reason(error)}`, error);
  }
}
