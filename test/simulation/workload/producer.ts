// A user of producers: makes one after the other, each with settings of its own, sends bursts of
// records with it, and tells the checkers what was acknowledged.

import { type Random, reason } from "@odradek/base";
import { type Delivery, Producer, type ProducerSettings } from "@odradek/client";
import type { ProducerTruth } from "../checkers/idempotence.ts";
import { type Origin, originText, valueText } from "../truth/stored.ts";
import type { TopicTruth } from "../truth/topics.ts";
import { between, oneOf, weighted } from "./chances.ts";
import { connect, rest, type Surroundings } from "./surroundings.ts";

/** Records that one producer leaves unanswered before it waits. */
const UNANSWERED_MAX = 60;

export class ProducerWorkload {
  readonly #name: string;
  readonly #surroundings: Surroundings;
  readonly #random: Random;

  constructor(name: string, surroundings: Surroundings) {
    this.#name = name;
    this.#surroundings = surroundings;
    this.#random = surroundings.world.chance();
  }

  async run(): Promise<void> {
    for (let life = 1; !this.#surroundings.stopping.aborted; life++) {
      await new Life(`${this.#name}.${life}`, this.#surroundings, this.#random).run();
    }
  }
}

/** From the making of a producer to its end. */
class Life {
  readonly #name: string;
  readonly #surroundings: Surroundings;
  readonly #random: Random;
  readonly #settings: ProducerSettings;
  readonly #truth: ProducerTruth;
  #unanswered = 0;

  constructor(name: string, surroundings: Surroundings, random: Random) {
    this.#name = name;
    this.#surroundings = surroundings;
    this.#random = random;
    this.#settings = settingsBy(random);
    const isIdempotent = this.#settings.idempotent ?? this.#settings.acks === -1;
    this.#truth = surroundings.idempotence.begin(name, isIdempotent);
  }

  async run(): Promise<void> {
    const { world, topics } = this.#surroundings;
    const random = this.#random;
    const requestTimeoutMs = between(random, 3000, 10_000);
    const cluster = connect(this.#surroundings, this.#name, { requestTimeoutMs });
    const producer = new Producer(cluster, this.#settings);
    world.transcript.note(this.#name, "begins", settingsText(this.#settings));
    const untilMs = world.clock.monotonic() + between(random, 10_000, 70_000);
    while (world.clock.monotonic() < untilMs) {
      const { existing } = topics;
      if (existing.length > 0 && this.#unanswered < UNANSWERED_MAX) {
        this.#burst(producer, oneOf(random, existing));
      }
      if (!await rest(this.#surroundings, between(random, 50, 3000))) break;
    }
    await producer.close();
    cluster.close();
    world.transcript.note(this.#name, "ends", `${this.#truth.sent} records`);
  }

  #burst(producer: Producer, topic: TopicTruth): void {
    const random = this.#random;
    const count = weighted(random, [[6, 1], [3, 3], [1, 10]]);
    const partition = random.below(3) === 0 ? undefined : random.below(topic.partitions);
    for (let i = 0; i < count; i++) {
      const origin = { producer: this.#name, number: this.#truth.sent++ };
      const key = random.below(2) === 0 ? null : `key-${random.below(20)}`;
      const value = valueText(origin, random.below(random.below(10) === 0 ? 1500 : 200));
      const place = partition === undefined ? {} : { partition };
      this.#unanswered++;
      producer.send({ topic: topic.name, key, value, ...place }).then(
        (delivery) => this.#delivered(delivery, topic, origin),
        (error: unknown) => this.#failed(origin, error),
      );
    }
  }

  #delivered({ partition, offset }: Delivery, topic: TopicTruth, origin: Origin): void {
    const { world, tally, acknowledged } = this.#surroundings;
    this.#unanswered--;
    if (this.#settings.acks === 0) return;
    tally.acknowledged++;
    const where = `${topic.name}-${partition} ${offset < 0 ? "known already" : offset}`;
    world.transcript.note(this.#name, "acknowledged", `${where}  ${originText(origin)}`);
    const truth = topic.logs[partition];
    // It may have gone to a topic of the same name that was there before or after this one.
    if (topic.state !== "exists" || truth === undefined || offset < 0) return;
    acknowledged.acknowledged(truth, offset, origin);
  }

  #failed(origin: Origin, error: unknown): void {
    const { world, tally, idempotence } = this.#surroundings;
    this.#unanswered--;
    tally.failed++;
    world.transcript.note(this.#name, "failed", `${originText(origin)}: ${reason(error)}`);
    idempotence.failed(this.#truth, origin, error);
  }
}

function settingsBy(random: Random): ProducerSettings {
  const acks = weighted(random, [[14, -1], [4, 1], [1, 0]] as const);
  return {
    acks,
    idempotent: acks === -1 && random.below(7) > 0,
    lingerMs: oneOf(random, [0, 0, 5, 20]),
    batchBytesMax: between(random, 200, 3000),
    compression: weighted(random, [
      [20, "none"],
      [2, "gzip"],
      [2, "snappy"],
      [2, "lz4"],
      [1, "zstd"],
    ]),
    deliveryTimeoutMs: between(random, 15_000, 30_000),
    topicTimeoutMs: 3000,
  };
}

function settingsText({ acks, idempotent, lingerMs, compression }: ProducerSettings): string {
  const kind = idempotent ? "idempotent" : "not idempotent";
  return `acks ${acks}, ${kind}, linger ${lingerMs} ms, compression ${compression}`;
}
