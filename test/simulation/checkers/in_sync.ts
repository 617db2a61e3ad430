// Who is in sync has everything that is committed. Whoever has started again may not have it: it
// leaves the replicas in sync, and comes back when it has shown what it has.

import type { BrokerImage, ClusterImage, PartitionImage } from "@odradek/metadata";
import type { World } from "../world/world.ts";
import type { ReplicaOnDisk } from "./replicas.ts";

const NAME = "in_sync";

export class InSync {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  /** Of a replica that the controller has in sync, and whose broker serves. */
  check(name: string, { node, log }: ReplicaOnDisk, committedEnd: number): void {
    this.#world.expect(log.endOffset >= committedEnd, NAME, () =>
      `${name}: ${node} is in sync and has only what is below ${log.endOffset}, where everything ` +
      `below ${committedEnd} is committed`);
  }

  /** Both as the controller has it. */
  checkRestarts(before: ClusterImage, now: ClusterImage): void {
    for (const broker of now.brokers.values()) {
      const old = before.brokers.get(broker.id);
      if (old === undefined || old.incarnationId === broker.incarnationId) continue;
      for (const { id, name, partitions } of now.topics.values()) {
        for (const partition of partitions) {
          const known = before.topics.get(id)?.partitions[partition.partition];
          if (known !== undefined) this.#checkRestart(broker, name, [known, partition]);
        }
      }
    }
  }

  #checkRestart(
    { id }: BrokerImage,
    topic: string,
    [before, now]: readonly [PartitionImage, PartitionImage],
  ): void {
    const hasStayed = before.partitionEpoch === now.partitionEpoch && now.isr.includes(id);
    // Where nobody may be eligible instead, the last one stays.
    this.#world.expect(!hasStayed || now.isr.length === 1, NAME, () =>
      `${topic}-${now.partition}: broker ${id} has started again, and stays in sync: ${now.isr}`);
  }
}
