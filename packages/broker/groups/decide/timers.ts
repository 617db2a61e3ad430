// What becomes of a classic group when a time is up.

import {
  type ClassicGroup,
  hasEverybodyJoined,
  withoutMember,
  withoutMembers,
} from "../classic/group.ts";
import {
  completeJoin,
  prepareRebalance,
  rebalanceOrComplete,
  withoutDeparted,
} from "../classic/rebalance.ts";
import { awaitFirstJoins, endSession } from "../classic/sessions.ts";
import type { GroupTimerCommand } from "../commands.ts";
import type { Turn } from "../turn.ts";

type Due<Type> = Extract<GroupTimerCommand, { readonly type: Type }>;

/** A member has been silent for too long, or a promised id has not come back. */
export function decideSessionDue(turn: Turn, { groupId, memberId }: Due<"sessionDue">): void {
  const group = turn.group(groupId);
  if (group === undefined) return;
  if (group.promised.has(memberId)) {
    return completeOrPut(turn, withoutMember(group, memberId));
  }
  const member = group.members.get(memberId);
  if (member === undefined) return;
  const isWaiting = member.joinCall !== undefined || member.syncCall !== undefined;
  // Who waits for us cannot be told from who is dead. What we send next begins its session again.
  if (isWaiting && !member.isNew) return;
  const rest = withoutDeparted(turn, group, member);
  if (group.state === "PreparingRebalance") completeOrPut(turn, rest);
  else rebalanceOrComplete(turn, rest);
}

function completeOrPut(turn: Turn, group: ClassicGroup): void {
  const isComplete = group.state === "PreparingRebalance" && hasEverybodyJoined(group);
  if (isComplete) completeJoin(turn, group);
  else turn.put(group);
}

/** While new members keep coming, the first rebalance is put off, as long as one may take. */
export function decideInitialJoinDue(turn: Turn, due: Due<"initialJoinDue">): void {
  const group = joining(turn, due.groupId);
  if (group === undefined) return;
  if (!group.hasNewcomer || due.remainingMs === 0) return completeJoin(turn, group);
  turn.put({ ...group, hasNewcomer: false });
  const delayMs = Math.min(turn.limits.initialRebalanceDelayMs, due.remainingMs);
  const remainingMs = Math.max(due.remainingMs - due.delayMs, 0);
  awaitFirstJoins(turn, group.id, { delayMs, remainingMs });
}

export function decideJoinDue(turn: Turn, { groupId }: Due<"joinDue">): void {
  const group = joining(turn, groupId);
  if (group !== undefined) completeJoin(turn, group);
}

function joining(turn: Turn, groupId: string): ClassicGroup | undefined {
  const group = turn.group(groupId);
  return group?.state === "PreparingRebalance" ? group : undefined;
}

/** Members that have not come for their assignment are out. */
export function decideSyncDue(turn: Turn, { groupId, generation }: Due<"syncDue">): void {
  const group = turn.group(groupId);
  if (group === undefined || group.generation !== generation) return;
  const isSyncing = group.state === "CompletingRebalance" || group.state === "Stable";
  if (!isSyncing || group.unsynced.size === 0) return;
  for (const memberId of group.unsynced) endSession(turn, groupId, memberId);
  prepareRebalance(turn, withoutMembers(group, group.unsynced));
}
