// Which offsets of a group are too old to be kept (KIP-211).
//
// | group                                   | an offset is as old as                      |
// |-----------------------------------------|---------------------------------------------|
// | simple: nobody has ever joined          | its commit                                  |
// | Empty                                   | the group without members                   |
// | Stable, consumers                       | its commit, if nobody reads the topic       |
// | rebalancing, or of other kinds          | nothing expires                             |
//
// A client of old could say when an offset is to go; then that counts.

import type { ClassicGroup } from "./classic/group.ts";
import { isOfConsumers, isSubscribed } from "./classic/protocols.ts";
import type { CommittedOffset } from "./offset_table.ts";
import { type GroupOffsets, isUnstable } from "./offsets.ts";

export interface Retention {
  /** Wall clock ms. */
  readonly now: number;
  readonly retentionMs: number;
}

/** Never those that a transaction is about to change. */
export function expiredOffsets(
  group: ClassicGroup,
  offsets: GroupOffsets,
  { now, retentionMs }: Retention,
): CommittedOffset[] {
  const sinceMs = ageOf(group);
  if (sinceMs === undefined) return [];
  return [...offsets.committed].filter((one) => {
    if (isSubscribed(group, one.topic)) return false;
    const isOld = one.expiresMs >= 0 ? now >= one.expiresMs : now - sinceMs(one) >= retentionMs;
    return isOld && !isUnstable(offsets, one);
  });
}

/** From when on an offset ages; undefined: none does. */
function ageOf(group: ClassicGroup): ((one: CommittedOffset) => number) | undefined {
  const byCommit = ({ committedMs }: CommittedOffset): number => committedMs;
  const { protocolType, state, stateSinceMs } = group;
  if (protocolType === undefined) return byCommit;
  if (state === "Empty") return stateSinceMs < 0 ? byCommit : () => stateSinceMs;
  const isKnown = state === "Stable" && isOfConsumers(group) && group.subscribed !== undefined;
  return isKnown ? byCommit : undefined;
}
