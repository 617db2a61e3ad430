// Heartbeat: a member shows that it is alive.

import { type Endpoint, endpoint, type RequestContext } from "@odradek/network";
import { errors } from "@odradek/protocol/errors";
import {
  Heartbeat,
  type HeartbeatRequest,
  type HeartbeatResponse,
} from "@odradek/protocol/messages/heartbeat";
import { Refusal } from "@odradek/protocol/refusal";
import { authorizeGroup, checkGroupId, type ReachesGroups } from "./group_requests.ts";

export function heartbeatEndpoint(services: ReachesGroups): Endpoint {
  return endpoint(Heartbeat, {
    handle: (request, context) => handleHeartbeat(services, request, context),
    refuse: (_, { code }) => ({ errorCode: code }),
  });
}

async function handleHeartbeat(
  services: ReachesGroups,
  request: HeartbeatRequest,
  context: RequestContext,
): Promise<HeartbeatResponse> {
  const { groupId } = request;
  authorizeGroup(services, context, { operation: "Read", groupId });
  checkGroupId(groupId);
  try {
    return await services.groups.ask(groupId, { type: "heartbeat", request });
  } catch (error) {
    // Its session begins anew when the group is loaded: there is nothing to be told.
    const isLoading = error instanceof Refusal && error.error === "COORDINATOR_LOAD_IN_PROGRESS";
    if (isLoading) return { errorCode: errors.NONE.code };
    throw error;
  }
}
