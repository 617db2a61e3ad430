// LeaveGroup: members go.

import { type Endpoint, endpoint, type RequestContext } from "@odradek/network";
import {
  LeaveGroup,
  type LeaveGroupRequest,
  type LeaveGroupResponse,
} from "@odradek/protocol/messages/leave_group";
import { authorizeGroup, checkGroupId, type ReachesGroups } from "./group_requests.ts";

/** From here on several members may go at once, each with an answer of its own. */
const SEVERAL_SINCE = 3;

export function leaveGroupEndpoint(services: ReachesGroups): Endpoint {
  return endpoint(LeaveGroup, {
    handle: (request, context) => handleLeaveGroup(services, request, context),
    refuse: (_, { code }) => ({ errorCode: code }),
  });
}

async function handleLeaveGroup(
  services: ReachesGroups,
  request: LeaveGroupRequest,
  context: RequestContext,
): Promise<LeaveGroupResponse> {
  const { groupId, memberId } = request;
  authorizeGroup(services, context, { operation: "Read", groupId });
  checkGroupId(groupId);
  const isOld = context.version < SEVERAL_SINCE;
  const only = { memberId, groupInstanceId: null, reason: null };
  const members = isOld ? [only] : request.members;
  const answer = await services.groups.ask(groupId, { type: "leaveGroup", groupId, members });
  if (!isOld) return answer;
  return { errorCode: answer.members?.[0]?.errorCode ?? answer.errorCode };
}
