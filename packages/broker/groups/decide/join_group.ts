// JoinGroup: somebody wants to be a member, or to stay one in the next generation. Rules:
// coordinators §2; KIP-394 (ids first), KIP-345 (static members), KIP-814 (no needless assignment).

import { assert } from "@odradek/base";
import type { ErrorName } from "@odradek/protocol/errors";
import { Refusal } from "@odradek/protocol/refusal";
import { joined, joinRefused } from "../classic/answers.ts";
import {
  type ClassicGroup,
  type ClassicMember,
  emptyClassicGroup,
  memberOfInstance,
  NO_BYTES,
  withMember,
  withoutMember,
} from "../classic/group.ts";
import { memberNamed } from "../classic/membership.ts";
import { isSame, supports } from "../classic/protocols.ts";
import { rebalanceOrComplete } from "../classic/rebalance.ts";
import { NEWCOMER_JOIN_MS, renewSession } from "../classic/sessions.ts";
import { takeOver } from "../classic/statics.ts";
import type { JoinGroupCommand } from "../commands.ts";
import { groupRecord } from "../records.ts";
import type { Turn } from "../turn.ts";

/** From here on a newcomer gets its id first, and joins with it. */
const ID_FIRST_SINCE = 4;

export function decideJoinGroup(turn: Turn, command: JoinGroupCommand): void {
  const { groupId, memberId, protocolType, protocols } = command.request;
  const isNewcomer = memberId === "";
  if (turn.group(groupId) === undefined) {
    if (!isNewcomer) return refuse(turn, "UNKNOWN_MEMBER_ID", memberId);
    turn.write(groupRecord(emptyClassicGroup(groupId, turn.now), turn.now));
  }
  const group = turn.group(groupId);
  assert(group !== undefined, "A group is there once its record is written");
  if (!hasRoom(group, memberId, turn.limits.membersMax)) {
    turn.put(withoutMember(group, memberId));
    return refuse(turn, "GROUP_MAX_SIZE_REACHED", "");
  }
  if (!supports(group, protocolType, protocols)) {
    return refuse(turn, "INCONSISTENT_GROUP_PROTOCOL", memberId);
  }
  if (isNewcomer) joinAnew(turn, group, command);
  else joinAgain(turn, group, command);
}

function refuse(turn: Turn, error: ErrorName, memberId: string): void {
  turn.reply(turn.call, joinRefused(error, memberId));
}

/**
 * While members join, those who have count: a group that has become too large loses those who come
 * last.
 */
function hasRoom({ state, members }: ClassicGroup, memberId: string, membersMax: number): boolean {
  const member = members.get(memberId);
  switch (state) {
    case "Empty":
      return true;
    case "PreparingRebalance":
      return member?.joinCall !== undefined ||
        [...members.values()].filter(({ joinCall }) => joinCall !== undefined).length < membersMax;
    case "CompletingRebalance":
    case "Stable":
      return member !== undefined || members.size < membersMax;
  }
}

function joinAnew(turn: Turn, group: ClassicGroup, command: JoinGroupCommand): void {
  const { request: { groupInstanceId, sessionTimeoutMs }, clientId, uuid, version } = command;
  const memberId = `${groupInstanceId ?? clientId}-${uuid}`;
  if (groupInstanceId !== null) {
    const old = memberOfInstance(group, groupInstanceId);
    if (old !== undefined) return takeOver(turn, group, { old, memberId, command });
    return addMember(turn, group, { memberId, command });
  }
  if (version < ID_FIRST_SINCE) return addMember(turn, group, { memberId, command });
  renewSession(turn, group.id, { id: memberId, sessionTimeoutMs });
  turn.put({ ...group, promised: new Set(group.promised).add(memberId) });
  refuse(turn, "MEMBER_ID_REQUIRED", memberId);
}

function addMember(
  turn: Turn,
  group: ClassicGroup,
  { memberId, command }: { readonly memberId: string; readonly command: JoinGroupCommand },
): void {
  const { request, clientId, clientHost } = command;
  const member: ClassicMember = {
    id: memberId,
    instanceId: request.groupInstanceId,
    clientId,
    clientHost,
    rebalanceTimeoutMs: request.rebalanceTimeoutMs,
    sessionTimeoutMs: request.sessionTimeoutMs,
    protocols: request.protocols,
    assignment: NO_BYTES,
    joinCall: turn.call,
    syncCall: undefined,
    isNew: true,
  };
  const promised = new Set(group.promised);
  promised.delete(memberId);
  renewSession(turn, group.id, { id: memberId, sessionTimeoutMs: NEWCOMER_JOIN_MS });
  rebalanceOrComplete(turn, {
    ...withMember(group, member),
    promised,
    protocolType: group.members.size === 0 ? request.protocolType : group.protocolType,
    leader: group.leader ?? memberId,
    hasNewcomer: true,
  });
}

function joinAgain(turn: Turn, group: ClassicGroup, command: JoinGroupCommand): void {
  const { request: { memberId, groupInstanceId, protocols } } = command;
  if (group.promised.has(memberId)) {
    if (groupInstanceId !== null) throw new Refusal("UNKNOWN_SERVER_ERROR");
    return addMember(turn, group, { memberId, command });
  }
  const member = knownMember(turn, group, command);
  if (member === undefined) return;
  const isUnchanged = isSame(member.protocols, protocols);
  switch (group.state) {
    case "PreparingRebalance":
      return updateMember(turn, group, { member, command });
    case "CompletingRebalance":
      // The answer may have got lost.
      if (isUnchanged) return turn.reply(turn.call, joined(group, member));
      return updateMember(turn, group, { member, command });
    case "Stable":
      // A leader joins again if what it assigns by has changed: topics, for one.
      if (group.leader !== memberId && isUnchanged) {
        return turn.reply(turn.call, joined(group, member));
      }
      return updateMember(turn, group, { member, command });
    case "Empty":
      return refuse(turn, "UNKNOWN_MEMBER_ID", memberId);
  }
}

/** Undefined: there is none, and the caller has been told so. */
function knownMember(
  turn: Turn,
  group: ClassicGroup,
  { request: { memberId, groupInstanceId } }: JoinGroupCommand,
): ClassicMember | undefined {
  try {
    return memberNamed(group, memberId, groupInstanceId);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    refuse(turn, error.error, memberId);
    return undefined;
  }
}

function updateMember(
  turn: Turn,
  group: ClassicGroup,
  { member, command }: { readonly member: ClassicMember; readonly command: JoinGroupCommand },
): void {
  const { request } = command;
  // Its client has given up on that one.
  if (member.joinCall !== undefined) {
    turn.reply(member.joinCall, joinRefused("REBALANCE_IN_PROGRESS", member.id));
  }
  const updated: ClassicMember = {
    ...member,
    protocols: request.protocols,
    rebalanceTimeoutMs: request.rebalanceTimeoutMs,
    sessionTimeoutMs: request.sessionTimeoutMs,
    joinCall: turn.call,
  };
  rebalanceOrComplete(turn, withMember(group, updated));
}

