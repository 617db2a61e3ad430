// LeaveGroup: members go, of themselves or because an admin client says so. Rules: coordinators §2.

import { type ErrorName, errors } from "@odradek/protocol/errors";
import type { LeaveGroupResponse } from "@odradek/protocol/messages/leave_group";
import { Refusal } from "@odradek/protocol/refusal";
import { type ClassicGroup, memberOfInstance, withoutMember } from "../classic/group.ts";
import { memberNamed } from "../classic/membership.ts";
import { completeIfAllJoined, rebalanceOrComplete, withoutDeparted } from "../classic/rebalance.ts";
import { endSession } from "../classic/sessions.ts";
import type { LeaveGroupCommand } from "../commands.ts";
import type { Turn } from "../turn.ts";

type Leaving = LeaveGroupCommand["members"][number];
type LeftMember = NonNullable<LeaveGroupResponse["members"]>[number];

export function decideLeaveGroup(turn: Turn, { groupId, members }: LeaveGroupCommand): void {
  let group = turn.group(groupId);
  const answers: LeftMember[] = [];
  let hasLeft = false;
  for (const leaving of members) {
    const { memberId, groupInstanceId } = leaving;
    let error: ErrorName = "NONE";
    try {
      group = withoutLeaving(turn, group, leaving);
      hasLeft = true;
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      error = refusal.error;
    }
    answers.push({ memberId, groupInstanceId, errorCode: errors[error].code });
  }
  turn.reply(turn.call, { errorCode: errors.NONE.code, members: answers });
  if (group === undefined || !hasLeft) return;
  switch (group.state) {
    case "Stable":
    case "CompletingRebalance":
      return rebalanceOrComplete(turn, group);
    case "PreparingRebalance":
    case "Empty":
      return completeIfAllJoined(turn, group);
  }
}

/** Refuses with UNKNOWN_MEMBER_ID or FENCED_INSTANCE_ID. */
function withoutLeaving(
  turn: Turn,
  group: ClassicGroup | undefined,
  { memberId, groupInstanceId }: Leaving,
): ClassicGroup {
  if (group === undefined) throw new Refusal("UNKNOWN_MEMBER_ID");
  if (memberId === "") {
    const member = groupInstanceId === null ? undefined : memberOfInstance(group, groupInstanceId);
    if (member === undefined) throw new Refusal("UNKNOWN_MEMBER_ID");
    return withoutDeparted(turn, group, member);
  }
  if (group.promised.has(memberId)) {
    endSession(turn, group.id, memberId);
    return withoutMember(group, memberId);
  }
  return withoutDeparted(turn, group, memberNamed(group, memberId, groupInstanceId));
}
