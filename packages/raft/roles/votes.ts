// Whom this node would vote for, and whom it votes for (Raft §5.2, §5.4.1; KIP-996). The vote is on
// the disk before its answer leaves: `persist` is the first effect of a step.
//
// | role                     | pre-vote                     | vote                             |
// |--------------------------|------------------------------|----------------------------------|
// | unattached, prospective  | the log is up to date        | it has voted for that one; or it |
// |                          |                              | has not voted, knows no leader,  |
// |                          |                              | and the log is up to date        |
// | follower                 | and its leader is not heard  | no                               |
// | candidate, resigned      | the log is up to date        | no, but to whom it has           |
// | leader                   | no                           | no                               |

import { NO_NODE } from "@odradek/base";
import { isUpToDate } from "../log_view.ts";
import type { RaftError, VoteRequest } from "../messages.ts";
import type { Turn } from "../turn.ts";
import { isSameReplica } from "../voters.ts";

/** Of the epoch that this node is in. */
export function vote(turn: Turn, token: number, request: VoteRequest): void {
  const refused = refusal(turn, request);
  const granted = refused === undefined &&
    (request.isPreVote ? wouldVote(turn, request) : votesFor(turn, request));
  if (granted && !request.isPreVote) turn.change({ votedFor: request.candidate });
  const { epoch, leaderId } = turn.state;
  turn.reply(token, { type: "vote", epoch, leaderId, granted, refused });
}

function refusal({ self, state }: Turn, request: VoteRequest): RaftError | undefined {
  const { epoch, isPreVote, log, candidate } = request;
  if (epoch < state.epoch) return "FENCED_LEADER_EPOCH";
  // Its records can't be of an epoch that it has not been in.
  if (isPreVote ? log.epoch > epoch : log.epoch >= epoch) return "INVALID_REQUEST";
  return candidate.id === self.id ? "INVALID_REQUEST" : undefined;
}

function wouldVote(turn: Turn, request: VoteRequest): boolean {
  const { role } = turn.state;
  if (role.name === "leader") return false;
  if (role.name === "follower" && role.isHeard) return false;
  return isWinning(turn, request);
}

function votesFor(turn: Turn, request: VoteRequest): boolean {
  const { role, votedFor, leaderId } = turn.state;
  if (role.name === "leader" || role.name === "follower") return false;
  if (votedFor !== undefined) return isSameReplica(votedFor, request.candidate);
  if (role.name === "resigned" || role.name === "candidate") return false;
  return leaderId === NO_NODE && isWinning(turn, request);
}

function isWinning({ state: { log } }: Turn, request: VoteRequest): boolean {
  return isUpToDate(request.log, { endOffset: log.endOffset, epoch: log.lastEpoch });
}
