// DescribeGroups: classic groups with their members.

import { type Endpoint, endpoint, type Operation, operationBits } from "@odradek/network";
import type { RequestContext } from "@odradek/network";
import { type ErrorName, errors } from "@odradek/protocol/errors";
import {
  DescribeGroups,
  type DescribeGroupsRequest,
  type DescribeGroupsResponse,
} from "@odradek/protocol/messages/describe_groups";
import { Refusal } from "@odradek/protocol/refusal";
import type { DescribedGroup } from "../groups/commands.ts";
import { authorizeGroup, type ReachesGroups } from "./group_requests.ts";

/** From here on a group that is not there is an error; before, it is dead. */
const NOT_FOUND_SINCE = 6;

const GROUP_OPERATIONS: readonly Operation[] = [
  "Read",
  "Delete",
  "Describe",
  "DescribeConfigs",
  "AlterConfigs",
];

export function describeGroupsEndpoint(services: ReachesGroups): Endpoint {
  return endpoint(DescribeGroups, {
    handle: (request, context) => handleDescribeGroups(services, request, context),
    refuse: ({ groups }, { error }) => ({ groups: groups.map((id) => refused(id, error)) }),
  });
}

async function handleDescribeGroups(
  services: ReachesGroups,
  request: DescribeGroupsRequest,
  context: RequestContext,
): Promise<DescribeGroupsResponse> {
  const asked = request.groups.map((groupId) => describe(services, context, groupId));
  const groups = await Promise.all(asked);
  if (!request.includeAuthorizedOperations) return { groups };
  return { groups: groups.map((group) => withOperations(services, context, group)) };
}

async function describe(
  services: ReachesGroups,
  context: RequestContext,
  groupId: string,
): Promise<DescribedGroup> {
  try {
    authorizeGroup(services, context, { operation: "Describe", groupId });
    const group = await services.groups.query(groupId, { type: "describeGroup", groupId });
    if (group.groupState !== "Dead" || context.version < NOT_FOUND_SINCE) return group;
    return {
      ...group,
      errorCode: errors.GROUP_ID_NOT_FOUND.code,
      errorMessage: `Group ${groupId} not found.`,
    };
  } catch (error) {
    if (error instanceof Refusal) return refused(groupId, error.error);
    throw error;
  }
}

function refused(groupId: string, error: ErrorName): DescribedGroup {
  const errorCode = errors[error].code;
  return { errorCode, groupId, groupState: "", protocolType: "", protocolData: "", members: [] };
}

function withOperations(
  { hooks }: ReachesGroups,
  context: RequestContext,
  group: DescribedGroup,
): DescribedGroup {
  if (group.errorCode !== errors.NONE.code) return group;
  const resource = { type: "Group", name: group.groupId } as const;
  const authorizedOperations = operationBits(
    GROUP_OPERATIONS,
    (operation) => hooks.authorize(context, operation, resource),
  );
  return { ...group, authorizedOperations };
}
