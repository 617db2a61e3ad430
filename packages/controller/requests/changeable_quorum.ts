// What requests to change the voters are served by.

import { Refusal } from "@odradek/protocol/refusal";
import type { VoterChanges } from "../quorum/voter_changes.ts";

export interface ChangeableQuorum {
  readonly clusterId: string;
  readonly voterChanges: VoterChanges;
}

/** Of whoever asks for a change; null: not told. */
export function checkGivenClusterId(given: string | null, own: string): void {
  if (given === null || given === own) return;
  const detail = `The given id "${given}" doesn't match the cluster id "${own}"`;
  throw new Refusal("INCONSISTENT_CLUSTER_ID", detail);
}
