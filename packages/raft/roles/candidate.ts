// Asks for votes in a new epoch (Raft §5.2). Its epoch is above every one that it has seen, in
// `quorum-state` and in its log, and its own vote is on the disk before anything else happens.
//
// | event      | when                     | what                                         |
// |------------|--------------------------|----------------------------------------------|
// | enter      |                          | epoch + 1, votes for itself, asks the others |
// | vote       | a majority has voted for | → leader                                     |
// |            | it                       |                                              |
// |            | a majority never will    | waits, longer after each election lost       |
// | unanswered |                          | asks again                                   |
// | elapsed    | election timeout, or has | → prospective                                |
// |            | waited                   |                                              |

import { epoch, NO_NODE } from "@odradek/base";
import { NO_ASKS } from "../asks.ts";
import type { Answered, Unanswered } from "../events.ts";
import { isElected, isLost } from "../quorum.ts";
import type { Turn } from "../turn.ts";
import { beginCampaign, campaignedAgain, counted, notCounted } from "./campaign.ts";
import type { Candidate, Transition } from "./role.ts";

/** Of the wait after a lost election; it doubles with each. In ms. */
const BACKOFF_MS = 50;

export function enterCandidate(turn: Turn): Transition | undefined {
  turn.change({ epoch: epoch(turn.state.epoch + 1), votedFor: turn.self, leaderId: NO_NODE });
  const role = { name: "candidate", ...beginCampaign(turn, false), backoffUntilMs: undefined };
  turn.become(role as Candidate);
  return decided(turn, role as Candidate);
}

export function candidateAnswered(
  turn: Turn,
  role: Candidate,
  event: Answered,
): Transition | undefined {
  const campaign = counted(turn, role, event);
  if (campaign === undefined || role.backoffUntilMs !== undefined) return undefined;
  turn.change({ role: { ...role, ...campaign } });
  return decided(turn, { ...role, ...campaign });
}

export function candidateUnanswered(turn: Turn, role: Candidate, event: Unanswered): undefined {
  turn.change({ role: { ...role, ...notCounted(turn, role, event) } });
}

export function candidateElapsed(turn: Turn, role: Candidate): Transition | undefined {
  if (turn.now >= (role.backoffUntilMs ?? role.electionAtMs)) {
    if (role.backoffUntilMs === undefined) countLost(turn);
    return { to: "prospective" };
  }
  turn.change({ role: { ...role, ...campaignedAgain(turn, role, false) } });
  return undefined;
}

function decided(turn: Turn, role: Candidate): Transition | undefined {
  const { voters } = turn.state;
  if (isElected(voters, role.granted)) return { to: "leader" };
  if (!isLost(voters, role.rejected)) return undefined;
  const lost = countLost(turn);
  const most = Math.min(turn.config.electionBackoffMaxMs, BACKOFF_MS * 2 ** lost);
  const backoffUntilMs = turn.now + turn.random(BACKOFF_MS, most);
  turn.change({ role: { ...role, asks: NO_ASKS, backoffUntilMs } });
  return undefined;
}

function countLost(turn: Turn): number {
  const lostElections = turn.state.lostElections + 1;
  turn.change({ lostElections });
  return lostElections;
}
