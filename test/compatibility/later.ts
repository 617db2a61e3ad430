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

const NEWER_KEYS = "topics have the keys of Kafka 4.4, and the Kafka beside them is 4.3";

/** Cases in which a node means to differ, with the reason. They must differ. */
export const DIFFERENT: readonly LaterCase[] = [
  ...[1, 2, 3, 4].map((version) => ({
    scenario: "configs",
    case: `unknown key, no keys [v=${version}]`,
    because: NEWER_KEYS,
  })),
  { scenario: "configs", case: "every topic config", because: NEWER_KEYS },
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
  "configs",
  "topics",
  "logdirs",
  "elections",
  "reassignments",
  "quorum",
];
