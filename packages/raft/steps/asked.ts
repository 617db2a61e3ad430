// What other replicas ask of this one. A request of a higher epoch is taken as news of it first;
// one of a lower epoch is told so. Only those who lead are asked for records.

import { NO_NODE } from "@odradek/base";
import type { Asked } from "../events.ts";
import type {
  BeginQuorumEpochRequest,
  EndQuorumEpochRequest,
  FetchRequest,
  FetchSnapshotRequest,
  RaftError,
  VoteRequest,
} from "../messages.ts";
import type { Turn } from "../turn.ts";
import { type ReplicaKey, replicaText } from "../voters.ts";
import { enter } from "./enter.ts";
import { alive, leaderFetched } from "../roles/fetches.ts";
import { leaderEnded } from "../roles/follower.ts";
import type { Transition } from "../roles/role.ts";
import { vote } from "../roles/votes.ts";

export function asked(turn: Turn, { token, request }: Asked): Transition | undefined {
  switch (request.type) {
    case "vote":
      return askedForVote(turn, token, request);
    case "beginQuorumEpoch":
      return told(turn, token, request);
    case "endQuorumEpoch":
      return ended(turn, token, request);
    case "fetch":
      return askedForRecords(turn, token, request);
    case "fetchSnapshot":
      return askedForSnapshot(turn, token, request);
  }
}

function askedForVote(turn: Turn, token: number, request: VoteRequest): undefined {
  if (!isMeant(turn, request.voter)) {
    const { epoch, leaderId } = turn.state;
    const refused = "INVALID_VOTER_KEY";
    turn.reply(token, { type: "vote", epoch, leaderId, granted: false, refused });
    return;
  }
  if (request.epoch > turn.state.epoch) enter(turn, { to: "unattached", epoch: request.epoch });
  vote(turn, token, request);
}

/** A replica with another directory is not the one whose vote is asked for (KIP-853). */
function isMeant({ self }: Turn, voter: ReplicaKey): boolean {
  const isStatic = replicaText(voter) === `${voter.id}`;
  return voter.id === self.id && (isStatic || voter.directoryId === self.directoryId);
}

function told(turn: Turn, token: number, request: BeginQuorumEpochRequest): undefined {
  const refused = refusalOf(turn, request);
  const { epoch, leaderId } = request;
  const isNews = epoch > turn.state.epoch || turn.state.leaderId === NO_NODE ||
    turn.state.role.name === "prospective";
  if (refused === undefined && isNews) enter(turn, { to: "follower", epoch, leaderId });
  const { state } = turn;
  const known = { epoch: state.epoch, leaderId: state.leaderId };
  turn.reply(token, { type: "beginQuorumEpoch", ...known, refused });
}

function refusalOf(turn: Turn, request: BeginQuorumEpochRequest): RaftError | undefined {
  const { state, self } = turn;
  if (!isMeant(turn, request.voter)) return "INVALID_VOTER_KEY";
  if (request.epoch < state.epoch) return "FENCED_LEADER_EPOCH";
  if (request.leaderId === self.id) return "INVALID_REQUEST";
  if (request.epoch > state.epoch || state.leaderId === NO_NODE) return undefined;
  return state.leaderId === request.leaderId ? undefined : "INVALID_REQUEST";
}

function ended(turn: Turn, token: number, request: EndQuorumEpochRequest): undefined {
  const { epoch, leaderId, successors } = request;
  const isOld = epoch < turn.state.epoch;
  if (epoch > turn.state.epoch && leaderId !== turn.self.id) {
    enter(turn, { to: "follower", epoch, leaderId });
  }
  const { state } = turn;
  const { role } = state;
  if (!isOld && role.name === "follower" && state.leaderId === leaderId) {
    leaderEnded(turn, role, successors);
  }
  const refused = isOld ? "FENCED_LEADER_EPOCH" : undefined;
  const known = { epoch: state.epoch, leaderId: state.leaderId };
  turn.reply(token, { type: "endQuorumEpoch", ...known, refused });
}

function askedForRecords(
  turn: Turn,
  token: number,
  request: FetchRequest,
): Transition | undefined {
  const refused = leaderOnly(turn, request);
  const { role, epoch, leaderId, highWatermark } = turn.state;
  if (refused === undefined && role.name === "leader") {
    return leaderFetched(turn, role, { token, request });
  }
  const nothing = { highWatermark, result: undefined };
  turn.reply(token, { type: "fetch", epoch, leaderId, refused, ...nothing });
  return undefined;
}

/** The driver has the bytes: it answers itself what the core does not refuse. */
function askedForSnapshot(turn: Turn, token: number, request: FetchSnapshotRequest): undefined {
  const refused = leaderOnly(turn, request);
  const { role, epoch, leaderId } = turn.state;
  if (refused === undefined && role.name === "leader") alive(turn, role, request.replica);
  turn.reply(token, { type: "fetchSnapshot", epoch, leaderId, refused, size: 0, length: 0 });
}

function leaderOnly({ state }: Turn, { epoch }: { epoch: number }): RaftError | undefined {
  if (epoch < state.epoch) return "FENCED_LEADER_EPOCH";
  if (epoch > state.epoch) return "UNKNOWN_LEADER_EPOCH";
  return state.role.name === "leader" ? undefined : "NOT_LEADER_OR_FOLLOWER";
}
