// The partitions that a member reads, and how far it has got in each.

import type { TopicPartition } from "@odradek/base";
import type { ConsumerRecord } from "../consumer/record.ts";
import type { GroupOffset } from "./offsets.ts";

interface Held extends TopicPartition {
  /** The next to be handed out; undefined: nothing has been yet. */
  offset: number | undefined;
  /** Of the last record that was handed out. */
  leaderEpoch: number;
  committed: number | undefined;
}

export class HeldPartitions {
  readonly #held = new Map<string, Held>();

  get all(): TopicPartition[] {
    return [...this.#held.values()].map(({ topic, partition }) => ({ topic, partition }));
  }

  has(which: TopicPartition): boolean {
    return this.#held.has(keyOf(which));
  }

  /** `offset`: where it goes on, as committed; undefined: nothing is. */
  add({ topic, partition }: TopicPartition, offset: number | undefined): void {
    const held = { topic, partition, offset: undefined, leaderEpoch: -1, committed: offset };
    this.#held.set(keyOf(held), held);
  }

  remove(which: TopicPartition): void {
    this.#held.delete(keyOf(which));
  }

  /** A record is handed out: it counts as read when the next one is asked for. */
  handOut(record: ConsumerRecord): void {
    const held = this.#held.get(keyOf(record));
    if (held === undefined) return;
    held.offset = record.offset + 1;
    held.leaderEpoch = record.leaderEpoch;
  }

  /** Everything before an offset counts as read, also what was not shown. */
  advance(which: TopicPartition, offset: number): void {
    const held = this.#held.get(keyOf(which));
    if (held !== undefined) held.offset = offset;
  }

  /**
   * What was read and is not committed. `startOf`: where a partition begins of which nothing is
   * committed, as soon as that is known: the next time it is to begin there as well.
   */
  uncommitted(startOf: (which: TopicPartition) => number | undefined): GroupOffset[] {
    for (const held of this.#held.values()) {
      if (held.committed === undefined) held.offset ??= startOf(held);
    }
    return [...this.#held.values()].flatMap(({ topic, partition, offset, ...held }) =>
      offset === undefined || offset === held.committed
        ? []
        : [{ topic, partition, offset, leaderEpoch: held.leaderEpoch }]
    );
  }

  /** With the epoch in which the record before it was written, if that was handed out last. */
  withEpoch(offset: GroupOffset): GroupOffset {
    const held = this.#held.get(keyOf(offset));
    if (offset.leaderEpoch !== undefined || held?.offset !== offset.offset) return offset;
    return { ...offset, leaderEpoch: held.leaderEpoch };
  }

  committed({ offset, ...which }: GroupOffset): void {
    const held = this.#held.get(keyOf(which));
    if (held !== undefined) held.committed = offset;
  }
}

function keyOf({ topic, partition }: TopicPartition): string {
  return `${topic} ${partition}`;
}
