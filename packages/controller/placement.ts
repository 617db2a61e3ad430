// Where the replicas of new partitions go: striped over racks and, within a rack, over brokers.
//
//   racks A (0, 3), B (1, 4), C (2, 5), three replicas:
//   partition 0: A0 B1 C2, partition 1: B4 C5 A3, partition 2: C2 A0 B1, partition 3: A3 B4 C5
//
// Both rings begin at random, so that not every topic begins with the same broker. A rack's ring
// goes on by one with each partition, and by one more whenever racks and ring have come round
// together: else it would be the turn of the same brokers again each time that it is the rack's.
// Of two racks of two, two brokers would lead everything. After as many partitions as there are
// brokers the ring is shuffled, so that pairs of brokers vary.

import type { NodeId, Random } from "@odradek/base";
import { Refusal } from "@odradek/protocol/refusal";

export interface UsableBroker {
  readonly id: NodeId;
  readonly rack: string | null;
  readonly isFenced: boolean;
}

export interface PlacementRequest {
  readonly brokers: readonly UsableBroker[];
  readonly partitions: number;
  readonly replicationFactor: number;
}

/**
 * Replicas of each partition, the preferred leader first: it is never a fenced broker. Refuses with
 * INVALID_REPLICATION_FACTOR if there are too few brokers, or none that is not fenced.
 */
export function placeReplicas(request: PlacementRequest, random: Random): NodeId[][] {
  const { brokers, partitions, replicationFactor } = request;
  checkCounts(request);
  const racks = racksOf(brokers, random);
  const start = random.below(racks.length);
  return Array.from({ length: partitions }, (_, partition) => {
    for (const rack of racks) rack.begin(partition);
    const ring = racks.map((__, i) => racks[(start + partition + i) % racks.length] as Rack);
    return placeOne(ring, replicationFactor);
  });
}

function checkCounts({ brokers, replicationFactor }: PlacementRequest): void {
  const cannot = `Unable to replicate the partition ${replicationFactor} time(s): `;
  if (brokers.length < replicationFactor) {
    throw new Refusal(
      "INVALID_REPLICATION_FACTOR",
      `${cannot}The target replication factor of ${replicationFactor} cannot be reached because ` +
        `only ${brokers.length} broker(s) are registered ` +
        "or some brokers have all their log directories cordoned.",
    );
  }
  if (brokers.every((broker) => broker.isFenced)) {
    throw new Refusal("INVALID_REPLICATION_FACTOR", `${cannot}All brokers are currently fenced.`);
  }
}

function placeOne(ring: readonly Rack[], replicationFactor: number): NodeId[] {
  // The leader comes from the first rack that has a broker which is not fenced.
  const first = ring.findIndex((rack) => rack.hasUnfenced);
  const replicas: NodeId[] = [];
  for (let visit = 0; replicas.length < replicationFactor; visit++) {
    const broker = ring[(first + visit) % ring.length]?.next();
    if (broker !== undefined) replicas.push(broker);
  }
  return replicas;
}

function racksOf(brokers: readonly UsableBroker[], random: Random): Rack[] {
  const names = [...new Set(brokers.map(({ rack }) => rack ?? ""))].sort();
  return names.map((name) => {
    const members = brokers.filter(({ rack }) => (rack ?? "") === name);
    return new Rack(members, { racks: names.length, random });
  });
}

interface Round {
  readonly racks: number;
  readonly random: Random;
}

/** The brokers of one rack: unfenced ones are used up before fenced ones. */
class Rack {
  readonly #unfenced: Ring;
  readonly #fenced: Ring;

  constructor(members: readonly UsableBroker[], round: Round) {
    const ids = (isFenced: boolean): NodeId[] =>
      members.filter((broker) => broker.isFenced === isFenced).map(({ id }) => id)
        .sort((a, b) => a - b);
    this.#unfenced = new Ring(ids(false), round);
    this.#fenced = new Ring(ids(true), round);
  }

  get hasUnfenced(): boolean {
    return this.#unfenced.size > 0;
  }

  begin(partition: number): void {
    this.#unfenced.begin(partition);
    this.#fenced.begin(partition);
  }

  /** One that this partition has not got yet; undefined if there is none left. */
  next(): NodeId | undefined {
    return this.#unfenced.next() ?? this.#fenced.next();
  }
}

class Ring {
  readonly #round: Round;
  #ids: NodeId[];
  readonly #start: number;
  #turn = 0;
  #visited = 0;

  constructor(ids: NodeId[], round: Round) {
    this.#ids = ids;
    this.#round = round;
    this.#start = ids.length === 0 ? 0 : round.random.below(ids.length);
  }

  get size(): number {
    return this.#ids.length;
  }

  begin(partition: number): void {
    const { racks, random } = this.#round;
    this.#visited = 0;
    if (this.size < 2) return;
    this.#turn = partition + Math.floor(partition / leastCommonMultiple(racks, this.size));
    const isRoundDone = this.size > 2 && partition > 0 && partition % (racks * this.size) === 0;
    if (isRoundDone) this.#ids = shuffled(this.#ids, random);
  }

  next(): NodeId | undefined {
    if (this.#visited === this.size) return undefined;
    return this.#ids[(this.#start + this.#turn + this.#visited++) % this.size];
  }
}

function leastCommonMultiple(a: number, b: number): number {
  let multiple = a;
  while (multiple % b !== 0) multiple += a;
  return multiple;
}

function shuffled<T>(list: readonly T[], random: Random): T[] {
  const copy = [...list];
  for (let i = copy.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [copy[i], copy[j]] = [copy[j] as T, copy[i] as T];
  }
  return copy;
}
