// The maths of a quorum (Raft §5.2, §5.3): how many are enough, and what they agree on. Numbers
// only; whose numbers they are, the roles know.

import { assert, type NodeId, type Offset } from "@odradek/base";
import type { VoterSet } from "./voters.ts";

/** The smallest number of voters such that any two groups of this size share one. */
export function majority(voterCount: number): number {
  return Math.floor(voterCount / 2) + 1;
}

/**
 * The highest offset that a majority has reached, given how far each voter is.
 *
 * @example
 * offsetOfMajority([9, 4, 7]) // 7: two of three have everything below it
 * offsetOfMajority([9, 4, 7, 5]) // 5: three of four
 */
export function offsetOfMajority(reached: readonly Offset[]): Offset {
  const descending = reached.toSorted((a, b) => b - a);
  const offset = descending[majority(reached.length) - 1];
  assert(offset !== undefined, "A majority of no voters has not reached anything");
  return offset;
}

/** Whether a majority is among those who granted. Grants of others than the voters do not count. */
export function isElected(voters: VoterSet, granted: ReadonlySet<NodeId>): boolean {
  const grants = [...voters].filter((voter) => granted.has(voter.id));
  return grants.length >= majority(voters.size);
}

/** Whether so many have refused that a majority can't come together any more. */
export function isLost(voters: VoterSet, rejected: ReadonlySet<NodeId>): boolean {
  const rejections = [...voters].filter((voter) => rejected.has(voter.id));
  return voters.size - rejections.length < majority(voters.size);
}
