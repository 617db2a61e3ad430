// Calls on coordinators of several reactors: each goes to the reactor that owns the partition.

import type { Uuid } from "@odradek/base";
import type { Outcome } from "../partitions/refused.ts";
import type { PartitionRef } from "../partitions/service.ts";
import type { CoordinatorService } from "./service.ts";

export class RoutedCoordinators implements CoordinatorService {
  readonly #services: readonly CoordinatorService[];
  readonly #ownerOf: (topicId: Uuid, partition: number) => number;

  /** One service for each reactor, by its number. */
  constructor(
    services: readonly CoordinatorService[],
    ownerOf: (topicId: Uuid, partition: number) => number,
  ) {
    this.#services = services;
    this.#ownerOf = ownerOf;
  }

  ask(partition: PartitionRef, command: unknown): Promise<Outcome<object>> {
    return this.#serviceOf(partition).ask(partition, command);
  }

  query(partition: PartitionRef, query: unknown): Promise<Outcome<object>> {
    return this.#serviceOf(partition).query(partition, query);
  }

  async queryAll(topic: string, query: unknown): Promise<readonly Outcome<object>[]> {
    const all = await Promise.all(this.#services.map((one) => one.queryAll(topic, query)));
    return all.flat();
  }

  #serviceOf({ topicId, partition }: PartitionRef): CoordinatorService {
    return this.#services[this.#ownerOf(topicId, partition)] as CoordinatorService;
  }
}
