// What pre-votes and votes have in common: all voters are asked until they have answered.

import { askAgain, askAll, isUnderWay, unanswered, without } from "../asks.ts";
import type { Answered, Unanswered } from "../events.ts";
import type { VoteRequest } from "../messages.ts";
import type { Turn } from "../turn.ts";
import type { Voter } from "../voters.ts";
import type { Campaign } from "./role.ts";

export function beginCampaign(turn: Turn, isPreVote: boolean): Campaign {
  return {
    granted: new Set(turn.isVoter ? [turn.self.id] : []),
    rejected: new Set(),
    asks: askAll(turn, voteRequest(turn, isPreVote)),
    electionAtMs: turn.electionAtMs(),
  };
}

export function voteRequest(turn: Turn, isPreVote: boolean): (voter: Voter) => VoteRequest {
  const { state: { epoch, log }, self } = turn;
  return ({ id, directoryId }) => ({
    type: "vote",
    isPreVote,
    epoch,
    candidate: self,
    voter: { id, directoryId },
    log: { endOffset: log.endOffset, epoch: log.lastEpoch },
  });
}

/** With the vote that has come; undefined: it is none, or of an earlier campaign. */
export function counted(
  turn: Turn,
  campaign: Campaign,
  { from, correlation, response }: Answered,
): Campaign | undefined {
  if (response.type !== "vote" || !isUnderWay(campaign.asks, from, correlation)) return undefined;
  // It could not answer the question: that is no no. Epochs have been looked at already.
  if (response.refused !== undefined) {
    return { ...campaign, asks: unanswered(turn, campaign.asks, from) };
  }
  const asks = without(campaign.asks, from);
  return response.granted
    ? { ...campaign, asks, granted: new Set(campaign.granted).add(from) }
    : { ...campaign, asks, rejected: new Set(campaign.rejected).add(from) };
}

export function notCounted(turn: Turn, campaign: Campaign, event: Unanswered): Campaign {
  const { from, correlation } = event;
  if (!isUnderWay(campaign.asks, from, correlation)) return campaign;
  return { ...campaign, asks: unanswered(turn, campaign.asks, from) };
}

export function campaignedAgain(turn: Turn, campaign: Campaign, isPreVote: boolean): Campaign {
  return { ...campaign, asks: askAgain(turn, campaign.asks, voteRequest(turn, isPreVote)) };
}
