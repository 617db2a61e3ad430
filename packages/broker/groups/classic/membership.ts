// Who may speak for a member of a classic group: by member id, and for static members by instance
// id, which only one of them has at a time (KIP-345).

import { Refusal } from "@odradek/protocol/refusal";
import { type ClassicGroup, type ClassicMember, memberOfInstance } from "./group.ts";

/** Refuses with UNKNOWN_MEMBER_ID or FENCED_INSTANCE_ID. */
export function memberNamed(
  group: ClassicGroup,
  memberId: string,
  instanceId: string | null,
): ClassicMember {
  if (instanceId !== null) {
    const owner = memberOfInstance(group, instanceId);
    if (owner === undefined) throw new Refusal("UNKNOWN_MEMBER_ID");
    if (owner.id !== memberId) throw new Refusal("FENCED_INSTANCE_ID");
  }
  const member = group.members.get(memberId);
  if (member === undefined) throw new Refusal("UNKNOWN_MEMBER_ID");
  return member;
}

/** As `memberNamed`, and ILLEGAL_GENERATION. */
export function memberOfGeneration(
  group: ClassicGroup,
  named: {
    readonly memberId: string;
    readonly groupInstanceId: string | null;
    readonly generationId: number;
  },
): ClassicMember {
  const member = memberNamed(group, named.memberId, named.groupInstanceId);
  if (named.generationId !== group.generation) throw new Refusal("ILLEGAL_GENERATION");
  return member;
}
