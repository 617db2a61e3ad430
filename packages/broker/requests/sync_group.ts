// SyncGroup: a member of a new generation comes for its assignment.

import { type Endpoint, endpoint, type RequestContext } from "@odradek/network";
import {
  SyncGroup,
  type SyncGroupRequest,
  type SyncGroupResponse,
} from "@odradek/protocol/messages/sync_group";
import { Refusal } from "@odradek/protocol/refusal";
import { syncRefused } from "../groups/classic/answers.ts";
import { authorizeGroup, checkGroupId, type ReachesGroups } from "./group_requests.ts";

/** From here on a member says which protocol it means (KIP-559). */
const PROTOCOL_SINCE = 5;

export function syncGroupEndpoint(services: ReachesGroups): Endpoint {
  return endpoint(SyncGroup, {
    handle: (request, context) => handleSyncGroup(services, request, context),
    refuse: (_, { error }) => syncRefused(error),
  });
}

async function handleSyncGroup(
  services: ReachesGroups,
  request: SyncGroupRequest,
  context: RequestContext,
): Promise<SyncGroupResponse> {
  const { groupId, protocolType, protocolName } = request;
  if (context.version >= PROTOCOL_SINCE && (protocolType === null || protocolName === null)) {
    throw new Refusal("INCONSISTENT_GROUP_PROTOCOL");
  }
  authorizeGroup(services, context, { operation: "Read", groupId });
  checkGroupId(groupId);
  // Copies: the request's bytes are the connection's.
  const assignments = request.assignments.map(({ memberId, assignment }) => ({
    memberId,
    assignment: assignment.slice(),
  }));
  return await services.groups.ask(groupId, {
    type: "syncGroup",
    request: { ...request, assignments },
  });
}
