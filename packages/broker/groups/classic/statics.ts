// A static member that comes back (KIP-345): a new process with the same instance id takes over
// what the old one had, under a new member id. The old one is fenced.

import { groupRecord } from "../records.ts";
import type { JoinGroupCommand } from "../commands.ts";
import type { Turn } from "../turn.ts";
import { joined, joinRefused, syncRefused } from "./answers.ts";
import { type ClassicGroup, type ClassicMember, withMember, withoutMember } from "./group.ts";
import { chosenProtocol } from "./protocols.ts";
import { completeIfAllJoined, prepareRebalance, rebalanceOrComplete } from "./rebalance.ts";
import { endSession, renewSession } from "./sessions.ts";

/** From here on the leader can be told that nothing is to be assigned (KIP-814). */
const SKIP_ASSIGNMENT_SINCE = 9;

export function takeOver(
  turn: Turn,
  group: ClassicGroup,
  { old, memberId, command }: {
    readonly old: ClassicMember;
    readonly memberId: string;
    readonly command: JoinGroupCommand;
  },
): void {
  fence(turn, group, old);
  const { request } = command;
  const member: ClassicMember = {
    ...old,
    id: memberId,
    protocols: request.protocols,
    rebalanceTimeoutMs: request.rebalanceTimeoutMs,
    sessionTimeoutMs: request.sessionTimeoutMs,
    joinCall: turn.call,
    syncCall: undefined,
    isNew: false,
  };
  renewSession(turn, group.id, member);
  const replaced = withReplaced(group, old, member);
  if (group.state === "CompletingRebalance") {
    // The leader may be assigning to the old id already.
    return prepareRebalance(turn, replaced);
  }
  if (group.state !== "Stable") return completeIfAllJoined(turn, replaced);
  if (chosenProtocol(replaced) !== group.protocol) return rebalanceOrComplete(turn, replaced);
  goOn(turn, replaced, { member, before: group, version: command.version });
}

/** Whoever still waits under the old id learns that it is not the one any more. */
function fence(turn: Turn, group: ClassicGroup, { id, joinCall, syncCall }: ClassicMember): void {
  if (joinCall !== undefined) turn.reply(joinCall, joinRefused("FENCED_INSTANCE_ID", id));
  if (syncCall !== undefined) turn.reply(syncCall, syncRefused("FENCED_INSTANCE_ID"));
  endSession(turn, group.id, id);
}

function withReplaced(
  group: ClassicGroup,
  old: ClassicMember,
  member: ClassicMember,
): ClassicGroup {
  const leads = group.leader === old.id;
  const without = withoutMember(group, old.id);
  return { ...withMember(without, member), leader: leads ? member.id : group.leader };
}

/** Nothing changes for the others: the member gets the present generation. */
function goOn(
  turn: Turn,
  group: ClassicGroup,
  { member, before, version }: {
    readonly member: ClassicMember;
    readonly before: ClassicGroup;
    readonly version: number;
  },
): void {
  turn.put(withMember(group, { ...member, joinCall: undefined }));
  turn.write(groupRecord(group, group.stateSinceMs));
  const answer = joined(group, member);
  if (version >= SKIP_ASSIGNMENT_SINCE) {
    const skipAssignment = group.leader === member.id;
    return turn.reply(turn.call, { ...answer, skipAssignment });
  }
  // Below, a leader would assign anew: it hears of the old id as the leader's, and follows.
  turn.reply(turn.call, { ...answer, leader: before.leader ?? "", members: [] });
}
