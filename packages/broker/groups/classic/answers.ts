// Answers to JoinGroup and SyncGroup.

import { type ErrorName, errors } from "@odradek/protocol/errors";
import type { JoinGroupResponse } from "@odradek/protocol/messages/join_group";
import type { SyncGroupResponse } from "@odradek/protocol/messages/sync_group";
import { type ClassicGroup, type ClassicMember, metadataFor, NO_BYTES } from "./group.ts";

export function joinRefused(error: ErrorName, memberId: string): JoinGroupResponse {
  return {
    errorCode: errors[error].code,
    generationId: -1,
    protocolType: null,
    protocolName: null,
    leader: "",
    memberId,
    members: [],
  };
}

/** The present generation; its leader hears who the members are. */
export function joined(group: ClassicGroup, member: ClassicMember): JoinGroupResponse {
  return {
    errorCode: errors.NONE.code,
    generationId: group.generation,
    protocolType: group.protocolType ?? null,
    protocolName: group.protocol,
    leader: group.leader ?? "",
    memberId: member.id,
    members: group.leader === member.id ? membersOf(group) : [],
  };
}

function membersOf(group: ClassicGroup): JoinGroupResponse["members"] {
  return [...group.members.values()].map((member) => ({
    memberId: member.id,
    groupInstanceId: member.instanceId,
    metadata: metadataFor(member, group.protocol),
  }));
}

export function syncRefused(error: ErrorName): SyncGroupResponse {
  return {
    errorCode: errors[error].code,
    protocolType: null,
    protocolName: null,
    assignment: NO_BYTES,
  };
}

export function synced(group: ClassicGroup, member: ClassicMember): SyncGroupResponse {
  return {
    errorCode: errors.NONE.code,
    protocolType: group.protocolType ?? null,
    protocolName: group.protocol,
    assignment: member.assignment,
  };
}
