// Consumers of a simulated cluster that belong to no group: each reads one partition for a while,
// then another one.

import { reason } from "@odradek/base";
import { Consumer, type ConsumerRecord } from "@odradek/client";
import { originOf, originText } from "../truth/stored.ts";
import { between, oneOf } from "../workload/chances.ts";
import { anyRack, type ClientSurroundings, clusterOf, rest, startIn } from "./surroundings.ts";

export async function consume(name: string, surroundings: ClientSurroundings): Promise<void> {
  const { world, topics, stopping } = surroundings;
  const random = world.chance();
  const cluster = clusterOf(world, name);
  for (let session = 1; await rest(surroundings, between(random, 100, 3000)); session++) {
    if (topics.length === 0) continue;
    const topic = oneOf(random, topics);
    const partition = random.below(topic.partitions);
    const abort = new AbortController();
    const timer = world.clock.schedule(between(random, 1000, 15_000), () => abort.abort());
    const signal = AbortSignal.any([stopping, abort.signal]);
    const offset = startIn(surroundings, random, { topic: topic.name, partition });
    const reader = new Reader(`${name}.${session}`, surroundings);
    try {
      const place = { topic: topic.name, partition, offset, signal };
      const consumer = new Consumer(cluster, { rack: anyRack(random) });
      for await (const record of consumer.consume(place)) reader.read(record);
    } catch (error) {
      if (!signal.aborted) world.transcript.note(name, "failed", reason(error));
    } finally {
      timer.cancel();
    }
  }
  cluster.close();
}

/** One who reads, for itself or for a group, each partition from some offset on. */
export class Reader {
  readonly #name: string;
  readonly #surroundings: ClientSurroundings;
  readonly #group: string | undefined;
  /** Partitions that it has begun to read. */
  readonly #begun = new Set<string>();

  constructor(name: string, surroundings: ClientSurroundings, group?: string) {
    this.#name = name;
    this.#surroundings = surroundings;
    this.#group = group;
  }

  /** It goes on somewhere else. */
  moved({ topic, partition }: Pick<ConsumerRecord, "topic" | "partition">): void {
    this.#begun.delete(`${topic}-${partition}`);
  }

  read(record: Pick<ConsumerRecord, "topic" | "partition" | "offset" | "value">): void {
    const { history, witness, tally } = this.#surroundings;
    const { topic, partition, offset } = record;
    const origin = originOf(record.value);
    const value = origin === undefined ? `unknown ${record.value?.toHex()}` : originText(origin);
    const isFirst = !this.#begun.has(`${topic}-${partition}`);
    this.#begun.add(`${topic}-${partition}`);
    const group = this.#group;
    const from = isFirst ? offset : undefined;
    history.add({
      type: "ok",
      process: this.#name,
      op: "fetch",
      topic,
      partition,
      records: [[offset, value]],
      from,
      group,
    });
    tally.read++;
    witness.shown({ topic, partition, offset }, value);
  }
}
