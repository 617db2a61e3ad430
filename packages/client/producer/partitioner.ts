// Which partition a record goes to, as Java's default: by its key, or, without one, the same for a
// batch's worth of bytes and then another (KIP-480, KIP-794).

import type { Random } from "@odradek/base";
import type { TopicView } from "../cluster/view.ts";
import { murmur2 } from "./murmur2.ts";

export interface PartitionerOptions {
  readonly random: Random;
  /** After which records without a key move on. */
  readonly stickyBytes: number;
}

interface Sticky {
  readonly partition: number;
  bytes: number;
}

export class Partitioner {
  readonly #options: PartitionerOptions;
  readonly #sticky = new Map<string, Sticky>();

  constructor(options: PartitionerOptions) {
    this.#options = options;
  }

  /** `sizeBytes`: of the record. */
  partition(topic: TopicView, key: Uint8Array | null, sizeBytes: number): number {
    if (key !== null) return partitionOfKey(key, topic.partitions.length);
    const now = this.#sticky.get(topic.name);
    const isDone = now === undefined || now.bytes >= this.#options.stickyBytes ||
      now.partition >= topic.partitions.length;
    const sticky = isDone ? { partition: this.#other(topic, now?.partition), bytes: 0 } : now;
    sticky.bytes += sizeBytes;
    this.#sticky.set(topic.name, sticky);
    return sticky.partition;
  }

  /** One with a leader, and not the present one, if that is possible. */
  #other(topic: TopicView, present: number | undefined): number {
    const all = topic.partitions.map(({ partition }) => partition);
    const led = topic.partitions.filter(({ leader }) => leader !== undefined)
      .map(({ partition }) => partition);
    const others = (led.length > 0 ? led : all).filter((one) => one !== present);
    if (others.length === 0) return present ?? 0;
    return others[this.#options.random.below(others.length)] as number;
  }
}

export function partitionOfKey(key: Uint8Array, partitionCount: number): number {
  return (murmur2(key) & 0x7fff_ffff) % partitionCount;
}
