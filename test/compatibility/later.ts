// Cases of the scenarios that a node of today answers otherwise than Kafka, each with the part of
// the project that will mend it. A case that is not here must pass; one that is here must not.

export interface LaterCase {
  /** File of the scenario, without its suffix. */
  readonly scenario: string;
  readonly case: string;
  readonly because: string;
}

/** None: on these scenarios a node answers as Kafka does. */
export const LATER: readonly LaterCase[] = [];

/** Scenarios whose areas are there. */
export const SCENARIOS: readonly string[] = [
  "apiversions",
  "cluster",
  "frames",
  "metadata",
  "produce",
  "idempotence",
  "fetch",
  "fetch-sessions",
  "offsets",
];
