// DeleteGroups: groups without members go, with what they have committed.

import { type Endpoint, endpoint, type RequestContext } from "@odradek/network";
import {
  DeleteGroups,
  type DeleteGroupsRequest,
  type DeleteGroupsResponse,
} from "@odradek/protocol/messages/delete_groups";
import { Refusal } from "@odradek/protocol/refusal";
import { authorizeGroup, type ReachesGroups } from "./group_requests.ts";

/** As Kafka 4.3: a later version tells why. */
const VERSIONS = [0, 2] as const;

export function deleteGroupsEndpoint(services: ReachesGroups): Endpoint {
  return endpoint(DeleteGroups, {
    versions: VERSIONS,
    handle: (request, context) => handleDeleteGroups(services, request, context),
    refuse: ({ groupsNames }, { code }) => ({
      results: groupsNames.map((groupId) => ({ groupId, errorCode: code })),
    }),
  });
}

async function handleDeleteGroups(
  services: ReachesGroups,
  { groupsNames }: DeleteGroupsRequest,
  context: RequestContext,
): Promise<DeleteGroupsResponse> {
  const names = [...new Set(groupsNames)];
  return { results: await Promise.all(names.map((name) => remove(services, context, name))) };
}

async function remove(services: ReachesGroups, context: RequestContext, groupId: string) {
  try {
    authorizeGroup(services, context, { operation: "Delete", groupId });
    const { errorCode } = await services.groups.ask(groupId, { type: "deleteGroup", groupId });
    return { groupId, errorCode };
  } catch (error) {
    if (error instanceof Refusal) return { groupId, errorCode: error.code };
    throw error;
  }
}
