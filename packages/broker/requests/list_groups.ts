// ListGroups: the groups that this broker coordinates.

import { CLUSTER, type Endpoint, endpoint, type RequestContext } from "@odradek/network";
import { errors } from "@odradek/protocol/errors";
import {
  ListGroups,
  type ListGroupsRequest,
  type ListGroupsResponse,
} from "@odradek/protocol/messages/list_groups";
import type { ReachesGroups } from "./group_requests.ts";

export function listGroupsEndpoint(services: ReachesGroups): Endpoint {
  return endpoint(ListGroups, {
    handle: (request, context) => handleListGroups(services, request, context),
    refuse: (_, { code }) => ({ errorCode: code, groups: [] }),
  });
}

async function handleListGroups(
  { groups, hooks }: ReachesGroups,
  { statesFilter, typesFilter }: ListGroupsRequest,
  context: RequestContext,
): Promise<ListGroupsResponse> {
  const all = await groups.list({
    type: "listGroups",
    states: statesFilter.map(plain),
    types: typesFilter.map(plain),
  });
  const seesAll = hooks.authorize(context, "Describe", CLUSTER);
  const seen = seesAll ? all : all.filter(({ groupId }) =>
    hooks.authorize(context, "Describe", { type: "Group", name: groupId })
  );
  return { errorCode: errors.NONE.code, groups: seen };
}

function plain(text: string): string {
  return text.trim().toLowerCase();
}
