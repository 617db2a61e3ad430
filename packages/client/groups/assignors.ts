// The ways to share partitions among the members of a group, by the names that Kafka's clients
// know them by: all members of a group must have one in common.

import { cooperativeSticky } from "./assignors/cooperative_sticky.ts";
import { range } from "./assignors/range.ts";
import { roundRobin } from "./assignors/round_robin.ts";
import { sticky } from "./assignors/sticky.ts";
import type { Assignor } from "./assignors/assignor.ts";

export type { Assignment, Assignor, GroupMember } from "./assignors/assignor.ts";

const ASSIGNORS = {
  range,
  roundrobin: roundRobin,
  sticky,
  "cooperative-sticky": cooperativeSticky,
} as const satisfies Record<string, Assignor>;

export type AssignorName = keyof typeof ASSIGNORS;

export const ASSIGNOR_NAMES = Object.keys(ASSIGNORS) as readonly AssignorName[];

/** Undefined: there is none of that name. */
export function assignorNamed(name: string): Assignor | undefined {
  return ASSIGNORS[name as AssignorName];
}
