// What one group has committed: an offset for each partition, and beside them those of transactions
// that have not ended (KIP-447).

import type { Uuid } from "@odradek/base";
import { type Edit, PersistentMap } from "@odradek/metadata";

export interface CommittedOffset {
  readonly topic: string;
  readonly partition: number;
  /** The next to read; any number that the client chose. */
  readonly offset: bigint;
  /** Of the last record that was read; -1: not told. */
  readonly leaderEpoch: number;
  readonly metadata: string;
  /** Wall clock, ms. */
  readonly committedMs: number;
  /** Wall clock, ms: as the client asked; -1: as the broker is configured. */
  readonly expiresMs: number;
  /** Of the topic that was meant; zero: not known. */
  readonly topicId: Uuid;
  /** Where its record lies: of two, the later counts, however late its transaction ends. */
  readonly recordOffset: number;
}

/** By `offsetKey`. */
export type OffsetMap = PersistentMap<CommittedOffset>;

/** Immutable. */
export interface GroupOffsets {
  readonly committed: OffsetMap;
  /** By producer id. */
  readonly pending: ReadonlyMap<number, OffsetMap>;
}

export const NO_OFFSETS: GroupOffsets = { committed: PersistentMap.empty(), pending: new Map() };

export function offsetKey(topic: string, partition: number): string {
  return `${topic} ${partition}`;
}

export function withCommitted(
  offsets: GroupOffsets,
  one: CommittedOffset,
  edit?: Edit,
): GroupOffsets {
  const key = offsetKey(one.topic, one.partition);
  const committed = offsets.committed.with(key, one, edit);
  return committed === offsets.committed ? offsets : { ...offsets, committed };
}

export function withPending(
  offsets: GroupOffsets,
  producerId: number,
  one: CommittedOffset,
): GroupOffsets {
  const known = offsets.pending.get(producerId) ?? PersistentMap.empty<CommittedOffset>();
  const key = offsetKey(one.topic, one.partition);
  const pending = new Map(offsets.pending).set(producerId, known.with(key, one));
  return { ...offsets, pending };
}

/** Of transactions as well. */
export function withoutOffset(
  offsets: GroupOffsets,
  topic: string,
  partition: number,
): GroupOffsets {
  const key = offsetKey(topic, partition);
  const pending = [...offsets.pending]
    .map(([id, map]): [number, OffsetMap] => [id, map.without(key)])
    .filter(([, map]) => map.size > 0);
  return { committed: offsets.committed.without(key), pending: new Map(pending) };
}

/** The end of a transaction. */
export function withDecided(
  offsets: GroupOffsets,
  { producerId, isCommit }: { readonly producerId: number; readonly isCommit: boolean },
): GroupOffsets {
  const decided = offsets.pending.get(producerId);
  if (decided === undefined) return offsets;
  const pending = new Map(offsets.pending);
  pending.delete(producerId);
  let { committed } = offsets;
  for (const [key, one] of isCommit ? decided : []) {
    const known = committed.get(key);
    if (known === undefined || known.recordOffset < one.recordOffset) {
      committed = committed.with(key, one);
    }
  }
  return { committed, pending };
}

/** Whether a transaction is about to change it. */
export function isUnstable({ pending }: GroupOffsets, key: string): boolean {
  return [...pending.values()].some((map) => map.has(key));
}

/** Every partition of which something is kept, each once. */
export function* allOffsets({ committed, pending }: GroupOffsets): Generator<CommittedOffset> {
  yield* committed.values();
  const told = new Set<string>();
  for (const map of pending.values()) {
    for (const [key, one] of map) {
      if (!committed.has(key) && !told.has(key)) yield one;
      told.add(key);
    }
  }
}
