// What has happened to the controllers of a simulated cluster, counted by name.

import { FAULTS } from "../cluster/coverage.ts";
import { Counts } from "../run/counts.ts";

export const COVERED = [
  ...FAULTS,
  "full disks",
  "flapping connections",
  "quorum leaders",
  "follows",
  "restores",
  "comparisons",
  "fences",
  "fences timed",
  "unfences",
  "topics made",
  "topics deleted",
  "topics found",
  "topics missed",
  "not controller",
  "unknown outcomes",
] as const;

export type Covered = typeof COVERED[number];
export type Coverage = Counts<Covered>;

export function emptyCoverage(): Coverage {
  return new Counts(COVERED);
}
