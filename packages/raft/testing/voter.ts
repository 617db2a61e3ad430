// Voters of whom only the id matters.

import { nodeId, ZERO_UUID } from "@odradek/base";
import { type Voter, VoterSet } from "../voters.ts";

export function voter(id: number): Voter {
  const kraftVersions = { min: 0, max: 1 };
  return { id: nodeId(id), directoryId: ZERO_UUID, endpoints: [], kraftVersions };
}

export function votersOf(...ids: number[]): VoterSet {
  return new VoterSet(ids.map(voter));
}
