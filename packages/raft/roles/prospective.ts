// Asks for pre-votes in the epoch it is in, and changes nothing that would have to be persisted: a
// node that could not win must not make the others leave their leader (KIP-996).
//
// | event      | when                     | what                                         |
// |------------|--------------------------|----------------------------------------------|
// | enter      |                          | grants itself its pre-vote, asks the others  |
// | vote       | a majority has granted   | → candidate                                  |
// |            | a majority never will    | → follower of its leader, else → unattached  |
// | unanswered |                          | asks again                                   |
// | elapsed    | election timeout         | → follower of its leader, else → unattached  |

import { NO_NODE } from "@odradek/base";
import type { Answered, Unanswered } from "../events.ts";
import { isElected, isLost } from "../quorum.ts";
import type { Turn } from "../turn.ts";
import { beginCampaign, campaignedAgain, counted, notCounted } from "./campaign.ts";
import type { Campaign, Prospective, Transition } from "./role.ts";

export function enterProspective(turn: Turn): Transition | undefined {
  const campaign = beginCampaign(turn, true);
  turn.become({ name: "prospective", ...campaign });
  return decided(turn, campaign);
}

export function prospectiveAnswered(
  turn: Turn,
  role: Prospective,
  event: Answered,
): Transition | undefined {
  const campaign = counted(turn, role, event);
  if (campaign === undefined) return undefined;
  turn.change({ role: { ...role, ...campaign } });
  return decided(turn, campaign);
}

export function prospectiveUnanswered(turn: Turn, role: Prospective, event: Unanswered): undefined {
  turn.change({ role: { ...role, ...notCounted(turn, role, event) } });
}

export function prospectiveElapsed(turn: Turn, role: Prospective): Transition | undefined {
  if (turn.now >= role.electionAtMs) return lost(turn);
  turn.change({ role: { ...role, ...campaignedAgain(turn, role, true) } });
  return undefined;
}

function decided(turn: Turn, { granted, rejected }: Campaign): Transition | undefined {
  const { voters } = turn.state;
  if (isElected(voters, granted)) return { to: "candidate" };
  return isLost(voters, rejected) ? lost(turn) : undefined;
}

function lost({ state: { epoch, leaderId } }: Turn): Transition {
  return leaderId === NO_NODE ? { to: "unattached", epoch } : { to: "follower", epoch, leaderId };
}
