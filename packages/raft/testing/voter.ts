// Voters of whom only the id matters, and their states.

import { nodeId, offset, ZERO_UUID } from "@odradek/base";
import type { State } from "../state.ts";
import { VoterHistory } from "../voter_history.ts";
import { type Voter, VoterSet } from "../voters.ts";

export function voter(id: number): Voter {
  const kraftVersions = { min: 0, max: 1 };
  return { id: nodeId(id), directoryId: ZERO_UUID, endpoints: [], kraftVersions };
}

export function votersOf(...ids: number[]): VoterSet {
  return new VoterSet(ids.map(voter));
}

/** The part of a state that follows from who votes, and that most tests do not look at. */
export function among(
  voters: VoterSet,
): Pick<
  State,
  "voters" | "voterHistory" | "truncatedFrom" | "snapshot" | "sent" | "lostElections"
> {
  return {
    voters,
    voterHistory: VoterHistory.of(voters),
    truncatedFrom: offset(0),
    snapshot: undefined,
    sent: 0,
    lostElections: 0,
  };
}
