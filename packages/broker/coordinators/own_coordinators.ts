// The coordinators that this reactor has: one for each partition that it leads of a topic that
// coordinators keep their state in. They come and go with the leadership.

import type { Clock } from "@odradek/base";
import { type ClusterImage, deltaOf } from "@odradek/metadata";
import { Refusal } from "@odradek/protocol/refusal";
import type { Partition } from "../partitions/partition.ts";
import { attempt, attemptAsync, isRefused, type Outcome } from "../partitions/refused.ts";
import type { PartitionRef } from "../partitions/service.ts";
import type { DeletedTopic, Fold, FoldTypes } from "./fold.ts";
import type { CoordinatorService } from "./service.ts";
import { Shard, type ShardSettings } from "./shard.ts";

/** Coordinators of one kind. */
export interface CoordinatorKind {
  /** Whose partitions they keep their state in. */
  readonly topic: string;
  readonly fold: Fold<FoldTypes>;
  readonly settings: ShardSettings;
}

export interface OwnCoordinatorsOptions {
  readonly kinds: readonly CoordinatorKind[];
  readonly clock: Clock;
  readonly warn: (message: string, error: unknown) => void;
}

export class OwnCoordinators implements CoordinatorService {
  readonly #options: OwnCoordinatorsOptions;
  readonly #shards = new Map<string, Shard<FoldTypes>>();
  #image: ClusterImage | undefined;
  #isClosed = false;

  constructor(options: OwnCoordinatorsOptions) {
    this.#options = options;
  }

  /** A partition of this reactor was opened, or is led by somebody else now, or has gone. */
  follow(partition: Partition): void {
    const kind = this.#options.kinds.find(({ topic }) => topic === partition.topic);
    if (kind === undefined) return;
    const key = keyOf(partition);
    const shard = this.#shards.get(key);
    if (partition.isLeader && shard?.partition === partition) {
      return shard.lead(partition.leaderEpoch);
    }
    shard?.close();
    this.#shards.delete(key);
    if (!partition.isLeader || this.#isClosed) return;
    this.#shards.set(key, this.#open(kind, partition));
  }

  /** What is kept of topics that are not there any more goes, in the background. */
  apply(image: ClusterImage): void {
    const before = this.#image;
    this.#image = image;
    if (before === undefined) return;
    const gone = deltaOf(before, image).topics
      .filter(({ after }) => after === undefined)
      .flatMap(({ before: topic }): DeletedTopic[] => topic === undefined ? [] : [topic]);
    if (gone.length === 0) return;
    for (const shard of this.#shards.values()) shard.forget(gone);
  }

  /** Whoever waits is let go: another broker will have the answer. */
  close(): void {
    this.#isClosed = true;
    for (const shard of this.#shards.values()) shard.close();
    this.#shards.clear();
  }

  ask(partition: PartitionRef, command: unknown): Promise<Outcome<object>> {
    return attemptAsync(async () => await this.#find(partition).ask(command));
  }

  query(partition: PartitionRef, query: unknown): Promise<Outcome<object>> {
    return Promise.resolve(attempt(() => this.#find(partition).query(query)));
  }

  queryAll(topic: string, query: unknown): Promise<readonly Outcome<object>[]> {
    const shards = [...this.#shards.values()].filter(({ partition }) => partition.topic === topic);
    const answers = shards.map((shard) => attempt(() => shard.query(query)))
      .filter((answer) => !isRefused(answer) || answer.refused !== "NOT_COORDINATOR");
    return Promise.resolve(answers);
  }

  #open({ fold, settings }: CoordinatorKind, partition: Partition): Shard<FoldTypes> {
    const { clock, warn } = this.#options;
    return new Shard({ fold, partition, settings, clock, warn });
  }

  #find(partition: PartitionRef): Shard<FoldTypes> {
    const shard = this.#shards.get(keyOf(partition));
    if (shard === undefined) throw new Refusal("NOT_COORDINATOR");
    return shard;
  }
}

function keyOf({ topicId, partition }: PartitionRef): string {
  return `${topicId} ${partition}`;
}
