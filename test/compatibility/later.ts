// Cases of the scenarios that a node of today answers otherwise than Kafka, each with the part of
// the project that will mend it. A case that is not here must pass; one that is here must not.

export interface LaterCase {
  /** File of the scenario, without its suffix. */
  readonly scenario: string;
  readonly case: string;
  readonly because: string;
}

export const LATER: readonly LaterCase[] = [
  {
    scenario: "produce",
    case: "internal topic",
    because: "it waits for a group coordinator",
  },
  {
    scenario: "offsets",
    case: "DeleteRecords: internal topic [v=0]",
    because: "it waits for a group coordinator",
  },
];

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
