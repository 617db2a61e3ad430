// What an idempotent producer sends is in the log at most once and in its order; what another one
// sends may be there again, but comes in its order the first time. A producer id belongs to one
// producer.

import type { LogTruth } from "../truth/log_truth.ts";
import { type Origin, originText } from "../truth/stored.ts";
import type { World } from "../world/world.ts";

const NAME = "idempotence";

/** One life of a producer. */
export interface ProducerTruth {
  readonly isIdempotent: boolean;
  /** Records that it has begun to send. */
  sent: number;
}

export class Idempotence {
  readonly #world: World;
  readonly #producers = new Map<string, ProducerTruth>();

  constructor(world: World) {
    this.#world = world;
  }

  begin(name: string, isIdempotent: boolean): ProducerTruth {
    const producer = { isIdempotent, sent: 0 };
    this.#producers.set(name, producer);
    return producer;
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
