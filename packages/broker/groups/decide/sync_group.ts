// SyncGroup: the leader hands in the assignment, everybody else waits for it (coordinators §2).

import { Refusal } from "@odradek/protocol/refusal";
import { synced, syncRefused } from "../classic/answers.ts";
import { type ClassicGroup, NO_BYTES, withMember, withMembers } from "../classic/group.ts";
import { memberOfGeneration } from "../classic/membership.ts";
import { endSyncs, renewSession } from "../classic/sessions.ts";
import type { SyncGroupCommand } from "../commands.ts";
import { groupRecord } from "../records.ts";
import type { Turn } from "../turn.ts";

/** Refuses with the errors of SyncGroup. */
export function decideSyncGroup(turn: Turn, { request }: SyncGroupCommand): void {
  const group = turn.group(request.groupId);
  if (group === undefined || group.state === "Empty") throw new Refusal("UNKNOWN_MEMBER_ID");
  const member = memberOfGeneration(group, request);
  if (
    differs(request.protocolType, group.protocolType ?? null) ||
    differs(request.protocolName, group.protocol)
  ) throw new Refusal("INCONSISTENT_GROUP_PROTOCOL");
  if (group.state === "PreparingRebalance") throw new Refusal("REBALANCE_IN_PROGRESS");
  const syncing = withSynced(turn, group, member.id);
  if (group.state === "Stable") {
    turn.put(syncing);
    return turn.reply(turn.call, synced(group, member));
  }
  // Its client has given up on that one.
  if (member.syncCall !== undefined) {
    turn.reply(member.syncCall, syncRefused("REBALANCE_IN_PROGRESS"));
  }
  const waiting = withMember(syncing, { ...member, syncCall: turn.call });
  turn.put(waiting);
  if (group.leader === member.id) assign(turn, waiting, request.assignments);
}

/** What either side does not say does not differ. */
function differs(ours: string | null, theirs: string | null): boolean {
  return ours !== null && theirs !== null && ours !== theirs;
}

function withSynced(turn: Turn, group: ClassicGroup, memberId: string): ClassicGroup {
  const unsynced = new Set(group.unsynced);
  unsynced.delete(memberId);
  if (unsynced.size === 0) endSyncs(turn, group.id);
  return { ...group, unsynced };
}

/** Members that the leader has forgotten get nothing. */
function assign(
  turn: Turn,
  group: ClassicGroup,
  assignments: SyncGroupCommand["request"]["assignments"],
): void {
  const byMember = new Map(assignments.map((one) => [one.memberId, one.assignment]));
  const members = [...group.members.values()].map((member) => ({
    ...member,
    assignment: byMember.get(member.id) ?? NO_BYTES,
  }));
  const assigned = withMembers(group, members);
  turn.put(assigned);
  turn.write(groupRecord(assigned, turn.now));
  const stable = turn.group(group.id) as ClassicGroup;
  for (const member of members) {
    if (member.syncCall === undefined) continue;
    turn.reply(member.syncCall, synced(stable, member));
    renewSession(turn, group.id, member);
  }
  const answered = [...stable.members.values()]
    .map((member) => ({ ...member, syncCall: undefined }));
  turn.put(withMembers(stable, answered));
}
