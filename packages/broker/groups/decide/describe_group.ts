// DescribeGroups and ListGroups: what everybody may see of groups.

import { errors } from "@odradek/protocol/errors";
import { type ClassicMember, metadataFor, NO_BYTES } from "../classic/group.ts";
import type { DescribedGroup, GroupQuery, ListedGroup } from "../commands.ts";
import type { Group, GroupsState } from "../state.ts";

type Query<Type> = Extract<GroupQuery, { readonly type: Type }>;

/** As a classic group; one that is not there is told as dead. */
export function describeGroup(
  state: GroupsState,
  { groupId }: Query<"describeGroup">,
): DescribedGroup {
  const group = state.groups.get(groupId);
  const base = { errorCode: errors.NONE.code, groupId };
  if (group === undefined) {
    return { ...base, groupState: "Dead", protocolType: "", protocolData: "", members: [] };
  }
  const { protocolType = "", members } = group;
  const protocol = group.state === "Stable" ? group.protocol : null;
  return {
    ...base,
    groupState: group.state,
    protocolType,
    protocolData: protocol ?? "",
    members: [...members.values()].map((member) => describeMember(member, protocol)),
  };
}

/** Without a protocol there is nothing that the member has said. */
function describeMember(
  member: ClassicMember,
  protocol: string | null,
): DescribedGroup["members"][number] {
  return {
    memberId: member.id,
    groupInstanceId: member.instanceId,
    clientId: member.clientId,
    clientHost: member.clientHost,
    memberMetadata: protocol === null ? NO_BYTES : metadataFor(member, protocol),
    memberAssignment: member.assignment,
  };
}

export function listGroups(
  state: GroupsState,
  { states, types }: Query<"listGroups">,
): { readonly groups: readonly ListedGroup[] } {
  const groups = [...state.groups.values()]
    .filter((group) => states.length === 0 || states.includes(group.state.toLowerCase()))
    .filter(({ type }) => types.length === 0 || types.includes(type))
    .map((group): ListedGroup => ({
      groupId: group.id,
      protocolType: group.protocolType ?? "",
      groupState: group.state,
      groupType: groupTypeOf(group),
    }));
  return { groups };
}

function groupTypeOf({ type }: Group): string {
  switch (type) {
    case "classic":
      return "classic";
  }
}
