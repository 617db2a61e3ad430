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
    scenario: "coordinators",
    case: "group, transaction [v=0]",
    because: "it waits for a transaction coordinator, and no other case runs without one",
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
  "groups",
  "groups-static",
  "committed",
  "coordinators",
];
