// Members of a group of consumers, one life after the other: each reads what the group gives it,
// commits what it has read, and leaves, or is gone without a word.

import { type Random, reason, type TopicPartition } from "@odradek/base";
import { type ConsumerRecord, GroupConsumer, type GroupOffset } from "@odradek/client";
import { between, oneOf, weighted } from "../workload/chances.ts";
import { Reader } from "./consumers.ts";
import { anyRack, type ClientSurroundings, clusterOf, GROUP, rest } from "./surroundings.ts";

export async function beMember(name: string, surroundings: ClientSurroundings): Promise<void> {
  const random = surroundings.world.chance();
  for (let number = 1; await rest(surroundings, between(random, 100, 8000)); number++) {
    await new Member(`${name}.${number}`, surroundings, random).run();
  }
}

class Member {
  readonly #name: string;
  readonly #surroundings: ClientSurroundings;
  readonly #random: Random;
  readonly #reader: Reader;
  /** By partition: the next to be read. */
  readonly #next = new Map<string, GroupOffset>();

  constructor(name: string, surroundings: ClientSurroundings, random: Random) {
    this.#name = name;
    this.#surroundings = surroundings;
    this.#random = random;
    this.#reader = new Reader(name, surroundings, GROUP);
  }

  async run(): Promise<void> {
    const { world, stopping } = this.#surroundings;
    const random = this.#random;
    const cluster = clusterOf(world, this.#name, between(random, 2000, 6000));
    const abort = new AbortController();
    const timer = world.clock.schedule(between(random, 10_000, 120_000), () => abort.abort());
    const signal = AbortSignal.any([stopping, abort.signal]);
    const consumer = new GroupConsumer(cluster, {
      groupId: GROUP,
      sessionTimeoutMs: between(random, 6000, 12_000),
      rebalanceTimeoutMs: between(random, 8000, 20_000),
      heartbeatMs: between(random, 500, 3000),
      assignors: oneOf(random, [["range", "cooperative-sticky"], ["cooperative-sticky", "range"]]),
      autoCommitMs: false,
      rack: anyRack(random),
      rebalanced: ({ type, partitions }) => this.#rebalanced(type, partitions),
    });
    try {
      for await (const record of consumer.consume({ topic: isOurs, signal })) {
        this.#read(record);
        if (random.below(4) === 0) await this.#commit(consumer);
      }
    } catch (error) {
      world.transcript.note(this.#name, "failed", reason(error));
    }
    timer.cancel();
    await this.#end(consumer, () => cluster.close());
  }

  /** In order, or as if the process had ended. */
  async #end(consumer: GroupConsumer, disconnect: () => void): Promise<void> {
    const isInOrder = weighted(this.#random, [[2, true], [1, false]]);
    if (isInOrder) await this.#commit(consumer);
    else disconnect();
    await consumer.close({ commit: false });
    disconnect();
  }

  #rebalanced(type: string, partitions: readonly TopicPartition[]): void {
    const { world, coverage } = this.#surroundings;
    const names = partitions.map(({ topic, partition }) => `${topic}-${partition}`).join(", ");
    world.transcript.note(this.#name, type, names);
    if (type === "assigned") coverage.count("rebalances");
    if (type === "lost") coverage.count("members lost");
    for (const which of partitions) {
      this.#reader.moved(which);
      this.#next.delete(`${which.topic}-${which.partition}`);
    }
  }

  #read(record: ConsumerRecord): void {
    const { topic, partition, offset } = record;
    this.#reader.read(record);
    this.#next.set(`${topic}-${partition}`, { topic, partition, offset: offset + 1 });
  }

  async #commit(consumer: GroupConsumer): Promise<void> {
    const { world, history, coverage } = this.#surroundings;
    const next = [...this.#next.values()];
    if (next.length === 0) return;
    const offsets = next.map(({ topic, partition, offset }) => [topic, partition, offset] as const);
    const operation = { process: this.#name, op: "commit", group: GROUP, offsets } as const;
    history.add({ ...operation, type: "invoke" });
    try {
      await consumer.commit(next);
      history.add({ ...operation, type: "ok" });
      coverage.count("commits");
    } catch (error) {
      history.add({ ...operation, type: "info" });
      world.transcript.note(this.#name, "not committed", reason(error));
    }
  }
}

function isOurs(topic: string): boolean {
  return topic.startsWith("topic-");
}
