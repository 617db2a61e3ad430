// What all requests to groups have in common: whom they reach, and what they must be allowed.

import type { Operation, RequestContext } from "@odradek/network";
import { Refusal } from "@odradek/protocol/refusal";
import type { Services } from "./services.ts";

export type ReachesGroups = Pick<Services, "groups" | "hooks">;

/** Refuses with GROUP_AUTHORIZATION_FAILED. */
export function authorizeGroup(
  { hooks }: Pick<Services, "hooks">,
  context: RequestContext,
  { operation, groupId }: { readonly operation: Operation; readonly groupId: string },
): void {
  if (hooks.authorize(context, operation, { type: "Group", name: groupId })) return;
  throw new Refusal("GROUP_AUTHORIZATION_FAILED");
}

/** Refuses with INVALID_GROUP_ID. Requests for offsets alone may still use the empty name. */
export function checkGroupId(groupId: string): void {
  if (groupId === "") throw new Refusal("INVALID_GROUP_ID");
}
