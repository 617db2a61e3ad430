// How partitions are shared when members should keep what they had: each gets back what it alone
// claims, the least loaded get what is free, and then single partitions move from the most loaded
// members until nobody has two more than another who could read one of them. So no more moves than
// the balance needs. Whatever the order in which members come, the outcome is the same.

import type { TopicPartition } from "@odradek/base";
import {
  type Assignment,
  type GroupMember,
  inOrder,
  keyOf,
  wantedPartitions,
} from "./assignor.ts";
import type { Given } from "./user_data.ts";

export interface Claimant extends Given {
  readonly memberId: string;
}

/** Member ids, by `keyOf` a partition. */
export type Claims = ReadonlyMap<string, string>;

export interface Sharing {
  readonly members: readonly GroupMember[];
  readonly partitionCounts: ReadonlyMap<string, number>;
  readonly claims: Claims;
}

/** Who had what. Of two, the one of the later generation; of equals, neither. */
export function claimsOf(claimants: readonly Claimant[]): Claims {
  const claims = new Map<string, { memberId: string | undefined; generation: number }>();
  for (const { memberId, partitions, generation } of claimants) {
    for (const key of new Set(partitions.map(keyOf))) {
      const other = claims.get(key);
      if (other !== undefined && other.generation > generation) continue;
      const isTie = other !== undefined && other.generation === generation;
      claims.set(key, { memberId: isTie ? undefined : memberId, generation });
    }
  }
  return new Map(
    [...claims].flatMap(([key, { memberId }]): [string, string][] =>
      memberId === undefined ? [] : [[key, memberId]]
    ),
  );
}

export function stickyShares({ members, partitionCounts, claims }: Sharing): Assignment {
  const shares = new Shares(inOrder(members));
  const free: TopicPartition[] = [];
  for (const which of wantedPartitions(members, partitionCounts)) {
    const owner = claims.get(keyOf(which));
    if (owner !== undefined && shares.reads(owner, which)) shares.give(owner, which);
    else free.push(which);
  }
  // Those that few can read first: the others can even out what these have to take.
  const byReaders = free.map((which) => ({ which, readers: shares.readersOf(which) }))
    .sort((a, b) => a.readers - b.readers);
  for (const { which } of byReaders) shares.give(shares.leastLoaded(which), which);
  shares.balance();
  return shares.all;
}

class Shares {
  readonly #shares: ReadonlyMap<string, TopicPartition[]>;
  /** By topic, in order. */
  readonly #readers: ReadonlyMap<string, readonly string[]>;
  readonly #topics: ReadonlyMap<string, ReadonlySet<string>>;

  constructor(members: readonly GroupMember[]) {
    this.#shares = new Map(members.map(({ memberId }) => [memberId, []]));
    this.#topics = new Map(
      members.map(({ memberId, subscription }) => [memberId, new Set(subscription.topics)]),
    );
    const readers = new Map<string, string[]>();
    for (const [memberId, topics] of this.#topics) {
      for (const topic of topics) {
        const some = readers.get(topic) ?? [];
        readers.set(topic, some);
        some.push(memberId);
      }
    }
    this.#readers = readers;
  }

  get all(): Assignment {
    return this.#shares;
  }

  reads(memberId: string, { topic }: TopicPartition): boolean {
    return this.#topics.get(memberId)?.has(topic) === true;
  }

  readersOf({ topic }: TopicPartition): number {
    return this.#readers.get(topic)?.length ?? 0;
  }

  give(memberId: string, which: TopicPartition): void {
    this.#shares.get(memberId)?.push(which);
  }

  /** Of those that read its topic; of equals the first. */
  leastLoaded({ topic }: TopicPartition): string {
    let [least, load] = ["", Number.POSITIVE_INFINITY];
    for (const memberId of this.#readers.get(topic) ?? []) {
      const mine = this.#load(memberId);
      if (mine < load) [least, load] = [memberId, mine];
    }
    return least;
  }

  /** Every move makes two loads more alike, so there is an end to it. */
  balance(): void {
    for (let hasMoved = true; hasMoved;) {
      const byLoad = [...this.#shares].sort(([, a], [, b]) => b.length - a.length);
      const least = byLoad.at(-1)?.[1].length ?? 0;
      hasMoved = byLoad.some(([memberId, { length }]) =>
        length > least + 1 && this.#moveOne(memberId)
      );
    }
  }

  /** The last that can: what it had before stands first. */
  #moveOne(from: string): boolean {
    const share = this.#shares.get(from) as TopicPartition[];
    const tried = new Set<string>();
    for (let i = share.length - 1; i >= 0; i--) {
      const which = share[i] as TopicPartition;
      if (tried.has(which.topic)) continue;
      tried.add(which.topic);
      const to = this.leastLoaded(which);
      if (this.#load(to) + 1 >= share.length) continue;
      share.splice(i, 1);
      this.give(to, which);
      return true;
    }
    return false;
  }

  #load(memberId: string): number {
    return this.#shares.get(memberId)?.length ?? 0;
  }
}
