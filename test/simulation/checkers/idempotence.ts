// What an idempotent producer sends is in the log at most once and in its order, and is not out of
// order to the broker; what another one sends may be there again, but comes in its order the first
// time. A producer id belongs to one producer.

import { BrokerRefused } from "@odradek/client";
import type { LogTruth } from "../truth/log_truth.ts";
import { type Origin, originText } from "../truth/stored.ts";
import type { World } from "../world/world.ts";

const NAME = "idempotence";

/** One life of a producer. */
export interface ProducerTruth {
  readonly isIdempotent: boolean;
  /** Before it began. */
  readonly powerLosses: number;
  /** Records that it has begun to send. */
  sent: number;
  /** Of them. */
  failed: number;
}

export class Idempotence {
  readonly #world: World;
  readonly #powerLosses: () => number;
  readonly #producers = new Map<string, ProducerTruth>();

  constructor(world: World, powerLosses: () => number) {
    this.#world = world;
    this.#powerLosses = powerLosses;
  }

  begin(name: string, isIdempotent: boolean): ProducerTruth {
    const producer = { isIdempotent, powerLosses: this.#powerLosses(), sent: 0, failed: 0 };
    this.#producers.set(name, producer);
    return producer;
  }

  /** A record of the producer will not be delivered. */
  failed(producer: ProducerTruth, origin: Origin, error: unknown): void {
    const isFirst = producer.failed++ === 0;
    if (!(error instanceof BrokerRefused)) return;
    // Behind a record that was lost with power, or that the producer itself has given up.
    const mayBeOutOfOrder = !isFirst || producer.powerLosses !== this.#powerLosses();
    const isOutOfOrder = error.error === "OUT_OF_ORDER_SEQUENCE_NUMBER";
    this.#world.expect(!isOutOfOrder || mayBeOutOfOrder, NAME, () =>
      `${originText(origin)} was refused though nothing before it is missing: ${error.message}`);
  }

  check(truth: LogTruth): void {
    const seen = new Map<string, Seen>();
    const owners = new Map<number, string>();
    for (const { producerId, records } of truth.log.batches) {
      for (const { origin, offset } of records) {
        const where = `${truth.name} ${offset}`;
        const producer = origin && this.#producers.get(origin.producer);
        if (origin === undefined || producer === undefined || origin.number >= producer.sent) {
          return this.#world.fail(NAME, `${where} holds what nobody has sent`);
        }
        this.#checkOrder(where, origin, seenOf(seen, origin.producer, producer));
        const owner = owners.get(producerId) ?? origin.producer;
        if (producerId >= 0) owners.set(producerId, owner);
        this.#world.expect(producerId < 0 || owner === origin.producer, NAME, () =>
          `${where}: producer id ${producerId} is used by ${owner} and ${origin.producer}`);
      }
    }
  }

  #checkOrder(where: string, origin: Origin, seen: Seen): void {
    const { number } = origin;
    const isRepeated = seen.numbers.has(number);
    this.#world.expect(!isRepeated || !seen.isIdempotent, NAME, () =>
      `${where} holds ${originText(origin)} of an idempotent producer again`);
    this.#world.expect(isRepeated || number > seen.last, NAME, () =>
      `${where} holds ${originText(origin)}, behind number ${seen.last}`);
    seen.numbers.add(number);
    seen.last = Math.max(seen.last, number);
  }
}

interface Seen {
  readonly isIdempotent: boolean;
  readonly numbers: Set<number>;
  last: number;
}

function seenOf(all: Map<string, Seen>, name: string, { isIdempotent }: ProducerTruth): Seen {
  const known = all.get(name);
  if (known !== undefined) return known;
  const seen = { isIdempotent, numbers: new Set<number>(), last: -1 };
  all.set(name, seen);
  return seen;
}
