// How a controller has its own vote changed: by itself where it leads, else by whoever does.

import { NO_NODE } from "@odradek/base";
import { errorName } from "@odradek/protocol/errors";
import { AddRaftVoter } from "@odradek/protocol/messages/add_raft_voter";
import { RemoveRaftVoter } from "@odradek/protocol/messages/remove_raft_voter";
import { UpdateRaftVoter } from "@odradek/protocol/messages/update_raft_voter";
import { Refusal } from "@odradek/protocol/refusal";
import type { AnyApi } from "@odradek/protocol/schema/mod";
import type { OwnVoteStep } from "./own_vote.ts";
import type { Quorum } from "./quorum.ts";
import type { Replicas } from "./replicas.ts";
import type { VoterChanges } from "./voter_changes.ts";

export interface OwnVoteContext {
  readonly clusterId: string;
  readonly quorum: Quorum;
  readonly replicas: Replicas;
  readonly voterChanges: VoterChanges;
}

interface Answer {
  readonly errorCode: number;
  readonly errorMessage?: string | null;
}

type ToTake = Exclude<OwnVoteStep, { readonly is: "nothing" }>;

const TIMEOUT_MS = 5000;

/** Refuses as the leader does; throws NoAnswer. */
export async function takeOwnVoteStep(
  step: ToTake,
  { clusterId, quorum, replicas, voterChanges }: OwnVoteContext,
): Promise<void> {
  const { leaderId, epoch } = quorum;
  if (leaderId === NO_NODE) {
    throw new Refusal("NOT_LEADER_OR_FOLLOWER", "no controller is known to lead");
  }
  if (quorum.state.role.name === "leader") {
    // Nobody else can tell the others where their leader listens. The rest is not a leader's.
    if (step.is === "update") await voterChanges.update(step.voter, epoch);
    return;
  }
  const { api, version, body } = callFor(step, { clusterId, epoch });
  const call = { api, version, body: body as never };
  const answer = await replicas.relay(leaderId, call, TIMEOUT_MS) as Answer;
  const { errorCode, errorMessage } = answer;
  if (errorCode !== 0) throw new Refusal(errorName(errorCode), errorMessage ?? undefined);
}

function callFor(
  step: ToTake,
  { clusterId, epoch }: { readonly clusterId: string; readonly epoch: number },
): { readonly api: AnyApi; readonly version: number; readonly body: object } {
  const key = { clusterId, voterId: step.voter.id, voterDirectoryId: step.voter.directoryId };
  if (step.is === "leave") return { api: RemoveRaftVoter, version: 0, body: key };
  const { endpoints, kraftVersions: { min, max } } = step.voter;
  const placed = { ...key, listeners: [...endpoints] };
  if (step.is === "join") {
    const body = { ...placed, timeoutMs: TIMEOUT_MS, ackWhenCommitted: false };
    return { api: AddRaftVoter, version: 1, body };
  }
  const kRaftVersionFeature = { minSupportedVersion: min, maxSupportedVersion: max };
  const body = { ...placed, currentLeaderEpoch: epoch, kRaftVersionFeature };
  return { api: UpdateRaftVoter, version: 0, body };
}
