// What has happened to a simulated cluster, counted by name: a checker that has seen nothing happen
// has shown nothing.

import { Counts } from "../run/counts.ts";

/** What goes wrong. */
export const FAULTS = [
  "kills",
  "power losses",
  "stops",
  "pauses",
  "severed ways",
  "nodes cut off",
  "connections cut",
  "slow disks",
  "clock jumps",
] as const;

export const COVERED = [
  ...FAULTS,
  "quorum leaders",
  "leader changes",
  "preferred elections",
  "ISR shrinks",
  "ISR expands",
  "logs cut back",
  "sends of unknown fate",
  "follower reads",
  "rebalances",
  "members lost",
  "commits",
] as const;

export type Covered = typeof COVERED[number];

export class Coverage extends Counts<Covered> {
  constructor() {
    super(COVERED);
  }
}
