// What clients of a cluster were told, and what there is to read in the end: nothing acknowledged
// is lost or another record, nothing of an idempotent producer is there twice, and each producer's
// records of a partition stand in the order in which they were sent.

import type { World } from "../world/world.ts";

const NAME = "history";

export interface Written {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** Unique: who sent it, and which of its records it is. */
  readonly value: string;
}

export interface ReadRecord {
  readonly offset: number;
  readonly value: string;
}

export class History {
  readonly #world: World;
  /** By partition, then by offset. */
  readonly #acknowledged = new Map<string, Map<number, string>>();
  /** By partition, then by offset: what a consumer was shown. */
  readonly #shown = new Map<string, Map<number, string>>();

  constructor(world: World) {
    this.#world = world;
  }

  acknowledged({ topic, partition, offset, value }: Written): void {
    // An idempotent producer that asked again is told that it is there, but not where.
    if (offset < 0) return;
    const known = entriesOf(this.#acknowledged, topic, partition);
    const other = known.get(offset) ?? value;
    this.#world.expect(other === value, NAME, () =>
      `Offset ${offset} of ${topic}-${partition} was told to be ${other} and ${value}`);
    known.set(offset, value);
  }

  /** Consumers see nothing that changes later. */
  shown(topic: string, partition: number, { offset, value }: ReadRecord): void {
    const known = entriesOf(this.#shown, topic, partition);
    const other = known.get(offset) ?? value;
    this.#world.expect(other === value, NAME, () =>
      `Offset ${offset} of ${topic}-${partition} was read as ${other}, now as ${value}`);
    known.set(offset, value);
  }

  /** All that there is to read of a partition, when everything works again. */
  check(topic: string, partition: number, records: readonly ReadRecord[]): void {
    const name = `${topic}-${partition}`;
    const values = new Map(records.map(({ offset, value }) => [offset, value]));
    for (const [offset, value] of entriesOf(this.#acknowledged, topic, partition)) {
      const found = values.get(offset) ?? "nothing";
      this.#world.expect(found === value, NAME, () =>
        `${name} has ${found} at ${offset}, where ${value} was acknowledged`);
    }
    for (const [offset, value] of entriesOf(this.#shown, topic, partition)) {
      const found = values.get(offset) ?? "nothing";
      this.#world.expect(found === value, NAME, () =>
        `${name} has ${found} at ${offset}, where ${value} was read before`);
    }
    this.#checkOrder(name, records);
  }

  #checkOrder(name: string, records: readonly ReadRecord[]): void {
    const last = new Map<string, number>();
    for (const { offset, value } of records) {
      const [producer = "", number = ""] = value.split("#");
      const before = last.get(producer) ?? -1;
      this.#world.expect(Number(number) > before, NAME, () =>
        `${name} has ${value} at ${offset}, behind number ${before} of that producer`);
      last.set(producer, Number(number));
    }
  }
}

function entriesOf(
  all: Map<string, Map<number, string>>,
  topic: string,
  partition: number,
): Map<number, string> {
  const name = `${topic}-${partition}`;
  const known = all.get(name) ?? new Map<number, string>();
  all.set(name, known);
  return known;
}
