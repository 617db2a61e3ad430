// The voters of a quorum: who they are, where they listen, which kraft versions they speak. A
// value: every change makes a new set. How many of them are enough, quorum.ts knows.

import { assert, type NodeId, type Uuid, ZERO_UUID } from "@odradek/base";

/**
 * One replica of the metadata log: a node and the directory that its log lies in, so that a node
 * with a replaced disk is somebody else (KIP-853). `ZERO_UUID`: the directory is not known.
 */
export interface ReplicaKey {
  readonly id: NodeId;
  readonly directoryId: Uuid;
}

export function isSameReplica(one: ReplicaKey, other: ReplicaKey): boolean {
  return one.id === other.id && one.directoryId === other.directoryId;
}

/** `1` or `1/<directory id>`. */
export function replicaText({ id, directoryId }: ReplicaKey): string {
  return directoryId === ZERO_UUID ? `${id}` : `${id}/${directoryId}`;
}

/** Where a voter listens for the others, by the name of the listener. */
export interface Endpoint {
  readonly name: string;
  readonly host: string;
  readonly port: number;
}

/** A voter without directory id comes from a static list of voters (kraft.version 0). */
export interface Voter extends ReplicaKey {
  readonly endpoints: readonly Endpoint[];
  /** The values of the feature kraft.version that this voter can work with, both inclusive. */
  readonly kraftVersions: { readonly min: number; readonly max: number };
}

/** Whether the log says who votes (kraft.version 1), and not the configuration. */
export function isDynamic(voters: VoterSet): boolean {
  return voters.size > 0 && [...voters].every(({ directoryId }) => directoryId !== ZERO_UUID);
}

/** Immutable, in the order of ids. Empty for a node that has not yet learned who votes. */
export class VoterSet {
  readonly #voters: ReadonlyMap<NodeId, Voter>;

  constructor(voters: Iterable<Voter>) {
    const sorted = [...voters].sort((a, b) => a.id - b.id);
    this.#voters = new Map(sorted.map((voter) => [voter.id, voter]));
    assert(this.#voters.size === sorted.length, "Every voter has its own id", { voters: this });
  }

  get size(): number {
    return this.#voters.size;
  }

  [Symbol.iterator](): Iterator<Voter> {
    return this.#voters.values();
  }

  get(id: NodeId): Voter | undefined {
    return this.#voters.get(id);
  }

  /** The directory is compared only where the voter's is known (KIP-853). */
  has(replica: ReplicaKey): boolean {
    const voter = this.#voters.get(replica.id);
    if (voter === undefined) return false;
    return voter.directoryId === ZERO_UUID || voter.directoryId === replica.directoryId;
  }

  isOnlyVoter(replica: ReplicaKey): boolean {
    return this.size === 1 && this.has(replica);
  }

  /** Undefined if the id votes already, be it with another directory (KIP-853). */
  add(voter: Voter): VoterSet | undefined {
    return this.#voters.has(voter.id) ? undefined : new VoterSet([...this, voter]);
  }

  /**
   * Undefined if there is no voter of exactly this id and directory, or if it is the last: a
   * quorum of nobody could never decide anything again (KIP-853).
   */
  remove({ id, directoryId }: ReplicaKey): VoterSet | undefined {
    if (this.#voters.get(id)?.directoryId !== directoryId || this.size === 1) return undefined;
    return new VoterSet([...this].filter((voter) => voter.id !== id));
  }

  /**
   * New endpoints or versions of a voter, and the directory of one that had none. Undefined if
   * it is not a voter.
   */
  update(voter: Voter): VoterSet | undefined {
    if (!this.has(voter)) return undefined;
    return new VoterSet([...this].map((other) => (other.id === voter.id ? voter : other)));
  }

  /** The ids, for messages: `1, 2, 3`. */
  toString(): string {
    return [...this.#voters.keys()].join(", ");
  }
}
