// What is done for a group without being asked: sessions begin again after loading, old offsets and
// empty groups go, and so do offsets of deleted topics.

import { ZERO_UUID } from "@odradek/base";
import type { DeletedTopic } from "../../coordinators/fold.ts";
import type { ClassicGroup } from "../classic/group.ts";
import { prepareRebalance } from "../classic/rebalance.ts";
import { renewSession } from "../classic/sessions.ts";
import type { GroupChore } from "../commands.ts";
import { expiredOffsets } from "../expiry.ts";
import type { CommittedOffset } from "../offset_table.ts";
import { allOffsets } from "../offsets.ts";
import { groupTombstone, offsetTombstone } from "../records.ts";
import { offsetsOf } from "../state.ts";
import type { Turn } from "../turn.ts";

type Chore<Type> = Extract<GroupChore, { readonly type: Type }>;

/** Nobody knows when a member was heard of last: each gets a whole session. */
export function decideResume(turn: Turn, { groupId }: Chore<"resume">): void {
  const group = turn.group(groupId);
  if (group === undefined) return;
  for (const member of group.members.values()) renewSession(turn, groupId, member);
  // The limit may be another one now.
  if (group.members.size > turn.limits.membersMax) prepareRebalance(turn, group);
}

export function decideExpire(turn: Turn, { groupId }: Chore<"expire">): void {
  const group = turn.group(groupId);
  if (group === undefined) return;
  const given = { now: turn.now, retentionMs: turn.limits.retentionMs };
  for (const one of expiredOffsets(group, offsetsOf(turn.state, groupId), given)) {
    turn.write(offsetTombstone(groupId, one));
  }
  if (!turn.state.offsets.has(groupId) && isDeserted(group)) turn.write(groupTombstone(groupId));
}

/** Nobody is a member, and nobody is about to be. */
function isDeserted({ state, promised }: ClassicGroup): boolean {
  return state === "Empty" && promised.size === 0;
}

export function decideForgetTopics(turn: Turn, { groupId, topics }: Chore<"forgetTopics">): void {
  for (const one of allOffsets(offsetsOf(turn.state, groupId))) {
    if (topics.some((topic) => isOf(one, topic))) turn.write(offsetTombstone(groupId, one));
  }
}

/** There may be another topic of that name by now. */
function isOf({ topic, topicId }: CommittedOffset, { name, id }: DeletedTopic): boolean {
  return topic === name && (topicId === id || topicId === ZERO_UUID);
}
