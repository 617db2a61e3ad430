// Members keep what they hold as far as that is fair, and what moves is given up before it is given
// on (KIP-429): a partition that goes from one member to another is nobody's in this generation;
// the member that loses it joins again, and then the other gets it.

import type { TopicPartition } from "@odradek/base";
import { type Assignor, type GroupMember, inOrder, wantedPartitions } from "./assignor.ts";

export const cooperativeSticky: Assignor = {
  isCooperative: true,
  assign(members, partitionCounts) {
    const ordered = inOrder(members);
    const wanted = new Map(
      wantedPartitions(members, partitionCounts).map((which) => [keyOf(which), which]),
    );
    const claims = claimsOf(ordered);
    const shares = new Shares(ordered);
    const free: TopicPartition[] = [];
    for (const [key, which] of wanted) {
      const owner = claims.get(key);
      if (owner !== undefined && shares.reads(owner, which)) shares.give(owner, which);
      else free.push(which);
    }
    for (const which of free) shares.give(shares.leastLoaded(which), which);
    shares.balance();
    return shares.without((memberId, which) => {
      const owner = claims.get(keyOf(which));
      return owner !== undefined && owner !== memberId;
    });
  },
};

/** Who holds what. Of two, the one of the later generation; of equals, neither. */
function claimsOf(members: readonly GroupMember[]): ReadonlyMap<string, string> {
  const claims = new Map<string, { memberId: string | undefined; generation: number }>();
  for (const { memberId, subscription: { owned, generation } } of members) {
    for (const which of owned) {
      const key = keyOf(which);
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

class Shares {
  readonly #topics: ReadonlyMap<string, ReadonlySet<string>>;
  readonly #shares: ReadonlyMap<string, TopicPartition[]>;

  constructor(members: readonly GroupMember[]) {
    this.#topics = new Map(
      members.map(({ memberId, subscription }) => [memberId, new Set(subscription.topics)]),
    );
    this.#shares = new Map(members.map(({ memberId }) => [memberId, []]));
  }

  reads(memberId: string, { topic }: TopicPartition): boolean {
    return this.#topics.get(memberId)?.has(topic) === true;
  }

  give(memberId: string, which: TopicPartition): void {
    this.#shares.get(memberId)?.push(which);
  }

  /** Of those that read its topic; of equals the first. */
  leastLoaded(which: TopicPartition): string {
    let [least, load] = ["", Number.POSITIVE_INFINITY];
    for (const [memberId, share] of this.#shares) {
      if (share.length >= load || !this.reads(memberId, which)) continue;
      [least, load] = [memberId, share.length];
    }
    return least;
  }

  /** Moves single partitions until nobody has two more than another who could read them. */
  balance(): void {
    for (let hasMoved = true; hasMoved;) {
      const byLoad = [...this.#shares].sort(([, a], [, b]) => b.length - a.length);
      hasMoved = byLoad.some(([memberId]) => this.#moveOne(memberId));
    }
  }

  #moveOne(from: string): boolean {
    const share = this.#shares.get(from) as TopicPartition[];
    for (let i = share.length - 1; i >= 0; i--) {
      const which = share[i] as TopicPartition;
      const to = this.leastLoaded(which);
      if ((this.#shares.get(to)?.length ?? 0) + 1 >= share.length) continue;
      share.splice(i, 1);
      this.give(to, which);
      return true;
    }
    return false;
  }

  without(
    isHeld: (memberId: string, which: TopicPartition) => boolean,
  ): ReadonlyMap<string, readonly TopicPartition[]> {
    return new Map(
      [...this.#shares].map(([memberId, share]) => [
        memberId,
        share.filter((which) => !isHeld(memberId, which)),
      ]),
    );
  }
}

function keyOf({ topic, partition }: TopicPartition): string {
  return `${topic} ${partition}`;
}
