// Producers of a simulated cluster, one life after the other: each sends bursts of records, and
// tells what it was told of each.

import { type Random, reason } from "@odradek/base";
import { type Delivery, Producer } from "@odradek/client";
import { originText, valueText } from "../truth/stored.ts";
import { between, oneOf, weighted } from "../workload/chances.ts";
import { type ClientSurroundings, clusterOf, rest } from "./surroundings.ts";
import { TERMS } from "./terms.ts";

const UNANSWERED_MAX = 40;

export async function produce(name: string, surroundings: ClientSurroundings): Promise<void> {
  const random = surroundings.world.chance();
  for (let number = 1; !surroundings.stopping.aborted; number++) {
    await new Life(`${name}.${number}`, surroundings, random).run();
  }
}

/** From the making of a producer to its end. */
class Life {
  readonly #name: string;
  readonly #surroundings: ClientSurroundings;
  readonly #random: Random;
  #sent = 0;
  #unanswered = 0;

  constructor(name: string, surroundings: ClientSurroundings, random: Random) {
    this.#name = name;
    this.#surroundings = surroundings;
    this.#random = random;
  }

  async run(): Promise<void> {
    const { world } = this.#surroundings;
    const random = this.#random;
    const cluster = clusterOf(world, this.#name, between(random, 2000, 10_000));
    const producer = new Producer(cluster, {
      acks: TERMS.acks,
      idempotent: TERMS.isIdempotent,
      lingerMs: oneOf(random, [0, 5, 20]),
      batchBytesMax: between(random, 200, 3000),
      deliveryTimeoutMs: between(random, 20_000, 40_000),
      topicTimeoutMs: 5000,
    });
    const untilMs = world.clock.monotonic() + between(random, 20_000, 90_000);
    while (world.clock.monotonic() < untilMs) {
      this.#burst(producer);
      if (!await rest(this.#surroundings, between(random, 20, 2200))) break;
    }
    await producer.close();
    cluster.close();
  }

  #burst(producer: Producer): void {
    const { topics } = this.#surroundings;
    const random = this.#random;
    for (let i = between(random, 1, 4); i > 0 && this.#unanswered < UNANSWERED_MAX; i--) {
      if (topics.length === 0) return;
      // The first one is quiet: what is as good as idle must be right as well.
      const topic = weighted(random, topics.map((one, i) => [i === 0 ? 1 : 8, one]));
      void this.#send(producer, topic.name, random.below(topic.partitions));
    }
  }

  async #send(producer: Producer, topic: string, partition: number): Promise<void> {
    const { world, history, tally, coverage } = this.#surroundings;
    const origin = { producer: this.#name, number: this.#sent++ };
    const value = originText(origin);
    const operation = { process: this.#name, op: "produce", topic, value } as const;
    history.add({ ...operation, type: "invoke" });
    this.#unanswered++;
    try {
      const text = valueText(origin, 20);
      this.#told(await producer.send({ topic, partition, value: text }), value);
    } catch (error) {
      tally.failed++;
      coverage.count("sends of unknown fate");
      history.add({ ...operation, type: "info" });
      world.transcript.note(this.#name, "failed", `${value}: ${reason(error)}`);
    } finally {
      this.#unanswered--;
    }
  }

  #told({ topic, partition, offset }: Delivery, value: string): void {
    const { world, history, tally, witness } = this.#surroundings;
    tally.acknowledged++;
    world.transcript.note(this.#name, "acknowledged", `${topic}-${partition} ${offset}  ${value}`);
    const operation = { process: this.#name, op: "produce", topic, value } as const;
    history.add({ ...operation, type: "ok", partition, offset });
    if (offset >= 0) witness.acknowledged({ topic, partition, offset }, value);
  }
}
