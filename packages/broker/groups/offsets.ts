// What one group has committed: an offset for each partition, and beside them those of transactions
// that have not ended (KIP-447).

import type { TopicPartition } from "@odradek/base";
import type { Edit } from "@odradek/metadata";
import { type CommittedOffset, OffsetTable } from "./offset_table.ts";

/** Immutable. */
export interface GroupOffsets {
  readonly committed: OffsetTable;
  /** By producer id. */
  readonly pending: ReadonlyMap<number, OffsetTable>;
}

/** Of all groups without transactions. */
const NOTHING_PENDING: GroupOffsets["pending"] = new Map();

export const NO_OFFSETS: GroupOffsets = {
  committed: OffsetTable.EMPTY,
  pending: NOTHING_PENDING,
};

export function withCommitted(
  offsets: GroupOffsets,
  one: CommittedOffset,
  edit?: Edit,
): GroupOffsets {
  const committed = offsets.committed.with(one, edit);
  return committed === offsets.committed ? offsets : { ...offsets, committed };
}

export function withPending(
  offsets: GroupOffsets,
  producerId: number,
  one: CommittedOffset,
): GroupOffsets {
  const known = offsets.pending.get(producerId) ?? OffsetTable.EMPTY;
  const pending = new Map(offsets.pending).set(producerId, known.with(one));
  return { ...offsets, pending };
}

/** Of transactions as well. */
export function withoutOffset(offsets: GroupOffsets, place: TopicPartition): GroupOffsets {
  const pending = [...offsets.pending]
    .map(([id, table]): [number, OffsetTable] => [id, table.without(place)])
    .filter(([, table]) => table.size > 0);
  return {
    committed: offsets.committed.without(place),
    pending: pending.length === 0 ? NOTHING_PENDING : new Map(pending),
  };
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
  for (const one of isCommit ? decided : []) {
    const known = committed.get(one);
    if (known === undefined || known.recordOffset < one.recordOffset) {
      committed = committed.with(one);
    }
  }
  return { committed, pending };
}

/** Whether a transaction is about to change it. */
export function isUnstable({ pending }: GroupOffsets, place: TopicPartition): boolean {
  return [...pending.values()].some((table) => table.has(place));
}

/** Every partition of which something is kept, each once. */
export function* allOffsets({ committed, pending }: GroupOffsets): Generator<CommittedOffset> {
  yield* committed;
  const earlier: OffsetTable[] = [committed];
  for (const table of pending.values()) {
    for (const one of table) if (!earlier.some((other) => other.has(one))) yield one;
    earlier.push(table);
  }
}
