// Follows nobody: it has just started, has given up its epoch, or has heard of a higher one. It
// keeps the vote that it gave in this epoch.
//
// | event    | when                       | what                                         |
// |----------|----------------------------|----------------------------------------------|
// | enter    |                            | forgets the leader; the vote, too, if the    |
// |          |                            | epoch is a new one                           |
// |          | it is the only voter       | → prospective: nobody is there to wait for   |
// |          | others vote                | asks one of them who leads                   |
// | elapsed  | it is the only voter       | → prospective                                |
// |          | it knew a leader when it   | → follower                                   |
// |          | stopped                    |                                              |
// |          | election timeout, it votes | → prospective                                |
// |          | nobody has answered        | asks the next                                |
//
// Raising the epoch again and again must not put an election off: the time that was left stays.

import { assert, type Epoch, NO_NODE } from "@odradek/base";
import { ask, type AskKey, earliest, isUnderWay, NO_ASKS, unanswered } from "../asks.ts";
import type { FetchRequest } from "../messages.ts";
import type { Turn } from "../turn.ts";
import type { Role, Transition, Unattached } from "./role.ts";

export function enterUnattached(turn: Turn, epoch: Epoch): Transition | undefined {
  const { state } = turn;
  const isNew = epoch > state.epoch;
  assert(epoch >= state.epoch, "The epoch never goes back", { epoch, known: state.epoch });
  const electionAtMs = turn.isVoter ? timeLeft(state.role) ?? turn.electionAtMs() : undefined;
  turn.change({
    epoch,
    leaderId: NO_NODE,
    votedFor: isNew ? undefined : state.votedFor,
  });
  turn.become({ name: "unattached", electionAtMs, asks: NO_ASKS });
  return unattachedElapsed(turn);
}

/** When the role that is left would have campaigned. A leader had no such time. */
function timeLeft(role: Role): number | undefined {
  switch (role.name) {
    case "follower":
      return role.campaignAtMs;
    case "leader":
      return undefined;
    // Its time is over: it begins to wait anew.
    case "resigned":
      return undefined;
    default:
      return role.electionAtMs;
  }
}

export function unattachedElapsed(turn: Turn): Transition | undefined {
  if (turn.state.voters.isOnlyVoter(turn.self)) return { to: "prospective" };
  const { role: given, epoch, leaderId } = turn.state;
  // Only in the first step of a life: the leader that `quorum-state` tells of.
  if (leaderId !== NO_NODE && leaderId !== turn.self.id) return { to: "follower", epoch, leaderId };
  const role = given as Unattached;
  const electionAtMs = turn.isVoter ? role.electionAtMs ?? turn.electionAtMs() : undefined;
  if (electionAtMs !== undefined && turn.now >= electionAtMs) return { to: "prospective" };
  const asks = role.asks.size === 0 || earliest(role.asks) <= turn.now
    ? askSomebody(turn)
    : role.asks;
  turn.change({ role: { ...role, electionAtMs, asks } });
  return undefined;
}

/** Any answer says who leads, if its sender knows. */
function askSomebody(turn: Turn): Unattached["asks"] {
  const { others } = turn;
  const to = others[turn.random(0, others.length)]?.id ?? NO_NODE;
  return new Map([[to, ask(turn, to, fetchRequest(turn))]]);
}

export function fetchRequest({ self, state, config }: Turn): FetchRequest {
  return {
    type: "fetch",
    epoch: state.epoch,
    replica: self,
    fetchOffset: state.log.endOffset,
    lastFetchedEpoch: state.log.lastEpoch,
    highWatermark: state.highWatermark,
    maxWaitMs: config.fetchMaxWaitMs,
  };
}

/** It did not know, or did not answer: somebody else is asked in a while. */
export function unattachedAnswered(
  turn: Turn,
  role: Unattached,
  { from, correlation }: AskKey,
): undefined {
  if (!isUnderWay(role.asks, from, correlation)) return;
  turn.change({ role: { ...role, asks: unanswered(turn, role.asks, from) } });
}
