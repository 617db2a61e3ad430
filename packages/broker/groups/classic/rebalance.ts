// The two halves of a rebalance: members join until all are there or the time is up, then each gets
// the new generation and is to come back for its assignment.

import { groupRecord } from "../records.ts";
import type { Turn } from "../turn.ts";
import { joined, joinRefused, syncRefused } from "./answers.ts";
import {
  canRebalance,
  type ClassicGroup,
  type ClassicMember,
  hasEverybodyJoined,
  NO_BYTES,
  rebalanceTimeoutOf,
  withMembers,
  withoutMember,
  withoutMembers,
} from "./group.ts";
import { chosenProtocol, subscribedTopics } from "./protocols.ts";
import {
  awaitFirstJoins,
  awaitJoins,
  awaitSyncs,
  endJoins,
  endSession,
  endSyncs,
  renewSession,
} from "./sessions.ts";

/** Somebody has joined or has something else to say: a rebalance begins, or may be complete. */
export function rebalanceOrComplete(turn: Turn, group: ClassicGroup): void {
  if (canRebalance(group)) prepareRebalance(turn, group);
  else completeIfAllJoined(turn, group);
}

/** Not for the first rebalance of a group: that waits for its delay whoever has come. */
export function completeIfAllJoined(turn: Turn, group: ClassicGroup): void {
  const isComplete = group.state === "PreparingRebalance" && !group.isInitial &&
    hasEverybodyJoined(group);
  if (isComplete) completeJoin(turn, group);
  else turn.put(group);
}

export function prepareRebalance(turn: Turn, group: ClassicGroup): void {
  const isInitial = group.state === "Empty";
  const calm = group.state === "CompletingRebalance" ? withoutSyncs(turn, group) : group;
  endSyncs(turn, group.id);
  const preparing: ClassicGroup = {
    ...calm,
    state: "PreparingRebalance",
    stateSinceMs: turn.now,
    unsynced: new Set(),
    isInitial,
    hasNewcomer: false,
  };
  if (isInitial) {
    const delayMs = turn.limits.initialRebalanceDelayMs;
    const remainingMs = Math.max(rebalanceTimeoutOf(preparing) - delayMs, 0);
    awaitFirstJoins(turn, group.id, { delayMs, remainingMs });
    turn.put(preparing);
  } else if (hasEverybodyJoined(preparing)) completeJoin(turn, preparing);
  else {
    awaitJoins(turn, group.id, rebalanceTimeoutOf(preparing));
    turn.put(preparing);
  }
}

/** What the leader had in mind is void: who waits for it is to join again. */
function withoutSyncs(turn: Turn, group: ClassicGroup): ClassicGroup {
  const members = [...group.members.values()].map((member): ClassicMember => {
    if (member.syncCall !== undefined) {
      turn.reply(member.syncCall, syncRefused("REBALANCE_IN_PROGRESS"));
      renewSession(turn, group.id, member);
    }
    return { ...member, assignment: NO_BYTES, syncCall: undefined };
  });
  return withMembers(group, members);
}

/** The time to join is over, or all are there: the next generation begins, if anybody came. */
export function completeJoin(turn: Turn, group: ClassicGroup): void {
  endJoins(turn, group.id);
  const present = withElectedLeader(withoutAbsent(turn, group));
  const leader = present.leader === null ? undefined : present.members.get(present.leader);
  if (present.members.size > 0 && leader?.joinCall === undefined) {
    // Only static members are left, and none of them has come back: wait on, until their sessions
    // end.
    awaitJoins(turn, group.id, rebalanceTimeoutOf(present));
    return turn.put(present);
  }
  if (present.members.size === 0) emptyGroup(turn, present);
  else beginGeneration(turn, present);
}

/** Dynamic members that have not come back are out. */
function withoutAbsent(turn: Turn, group: ClassicGroup): ClassicGroup {
  const absent = [...group.members.values()]
    .filter(({ joinCall, instanceId }) => joinCall === undefined && instanceId === null)
    .map(({ id }) => id);
  for (const id of absent) endSession(turn, group.id, id);
  return withoutMembers(group, new Set(absent));
}

/** The leader stays while it joins; else any member that has joined takes its place. */
function withElectedLeader(group: ClassicGroup): ClassicGroup {
  const { leader, members } = group;
  if (leader !== null && members.get(leader)?.joinCall !== undefined) return group;
  const next = [...members.values()].find(({ joinCall }) => joinCall !== undefined);
  return next === undefined ? group : { ...group, leader: next.id };
}

function emptyGroup(turn: Turn, group: ClassicGroup): void {
  const generation = group.generation + 1;
  turn.put(group);
  turn.write(groupRecord({ ...group, generation, protocol: null }, turn.now));
}

function beginGeneration(turn: Turn, group: ClassicGroup): void {
  const chosen: ClassicGroup = {
    ...group,
    generation: group.generation + 1,
    protocol: chosenProtocol(group),
    state: "CompletingRebalance",
    stateSinceMs: turn.now,
    unsynced: new Set(group.members.keys()),
    isInitial: false,
  };
  const completing = { ...chosen, subscribed: subscribedTopics(chosen) };
  const members = [...completing.members.values()];
  for (const member of members) {
    if (member.joinCall !== undefined) turn.reply(member.joinCall, joined(completing, member));
    renewSession(turn, group.id, member);
  }
  awaitSyncs(turn, completing, rebalanceTimeoutOf(completing));
  const answered = members.map((member) => ({ ...member, joinCall: undefined, isNew: false }));
  turn.put(withMembers(completing, answered));
}

/** A member leaves, or has failed. Its calls are answered; what follows is the caller's. */
export function withoutDeparted(
  turn: Turn,
  group: ClassicGroup,
  { id, joinCall, syncCall }: ClassicMember,
): ClassicGroup {
  if (joinCall !== undefined) turn.reply(joinCall, joinRefused("UNKNOWN_MEMBER_ID", ""));
  if (syncCall !== undefined) turn.reply(syncCall, syncRefused("UNKNOWN_MEMBER_ID"));
  endSession(turn, group.id, id);
  return withoutMember(group, id);
}
