// Takes the log of its leader over: one Fetch at a time, which says that everything below its
// offset is durable here (KIP-595). What comes instead of records - another past, a snapshot -
// stands in catch_up.ts.
//
// | event      | when                     | what                                         |
// |------------|--------------------------|----------------------------------------------|
// | enter      |                          | fetches                                      |
// | fetch      | records                  | appends them; fetches on once they are       |
// |            |                          | durable                                      |
// |            | the leader's past is     | truncates, fetches                           |
// |            | another                  |                                              |
// |            | only a snapshot is there | fetches that                                 |
// | written    |                          | commits what the leader has committed        |
// | unanswered | the leader is gone       | campaigns soon (leaderUnreachable)           |
// | elapsed    | fetch timeout            | → prospective; → unattached without a vote   |

import { assert, type Epoch, type NodeId, type Offset, offset } from "@odradek/base";
import { type Ask, ask } from "../asks.ts";
import type { Answered, Unanswered } from "../events.ts";
import type { FetchResponse, FetchResult } from "../messages.ts";
import type { Turn } from "../turn.ts";
import { beginDownload, cutBack } from "./catch_up.ts";
import type { Follower, Transition } from "./role.ts";
import { fetchRequest } from "./unattached.ts";
import type { ReplicaKey } from "../voters.ts";

/**
 * How soon a follower campaigns whose leader's process is gone: followers see it at the same time,
 * and the first should have won before the next one begins. In ms.
 */
const CAMPAIGN_DELAY_MS = { least: 1, range: 60 } as const;
/** And how soon again, where the others still heard the leader. In ms. */
const CAMPAIGN_AGAIN_MS = { least: 50, range: 100 } as const;

export interface Leadership {
  readonly epoch: Epoch;
  readonly leaderId: NodeId;
}

export function enterFollower(turn: Turn, { epoch, leaderId }: Leadership): undefined {
  const { state } = turn;
  assert(epoch >= state.epoch, "The epoch never goes back", { epoch, known: state.epoch });
  assert(leaderId !== turn.self.id, "Nobody follows itself", { epoch, leaderId });
  // It goes back to the leader that it had before it asked for pre-votes.
  const isBack = state.epoch === epoch && state.leaderId === leaderId;
  turn.change({
    epoch,
    leaderId,
    votedFor: epoch > state.epoch ? undefined : state.votedFor,
    lostElections: 0,
  });
  const role: Follower = {
    name: "follower",
    campaignAtMs: turn.now + turn.config.fetchTimeoutMs + turn.random(0, 150),
    isHeard: false,
    fetch: undefined,
    leaderHighWatermark: isBack ? state.highWatermark : offset(0),
    download: undefined,
  };
  turn.become(role);
  fetchOn(turn, role);
}

export function followerAnswered(turn: Turn, role: Follower, event: Answered): undefined {
  const { response, from, correlation } = event;
  if (from !== turn.state.leaderId || correlation !== role.fetch?.correlation) return;
  if (response.type !== "fetch") return;
  if (response.refused !== undefined || response.result === undefined) {
    // Who leads no more is not heard as leader, either: others may be voted for.
    const isHeard = role.isHeard && response.refused !== "NOT_LEADER_OR_FOLLOWER";
    return void turn.change({ role: { ...role, isHeard, fetch: soon(turn) } });
  }
  taken(turn, heard(turn, role, response), response.result);
}

/** The leader lives. */
function heard(turn: Turn, role: Follower, response: FetchResponse): Follower {
  // Only a log that is known to be a beginning of the leader's may be committed as far as that one.
  const isSame = response.result?.is === "records";
  const told = isSame ? response.highWatermark : offset(0);
  return {
    ...role,
    campaignAtMs: turn.now + turn.config.fetchTimeoutMs + turn.random(0, 150),
    isHeard: true,
    fetch: undefined,
    leaderHighWatermark: offset(Math.max(role.leaderHighWatermark, told)),
  };
}

function taken(turn: Turn, role: Follower, result: FetchResult): void {
  switch (result.is) {
    case "records":
      append(turn, result);
      return fetchOn(turn, role);
    case "diverging":
      cutBack(turn, result.prefix);
      return fetchOn(turn, role);
    case "snapshot":
      return beginDownload(turn, role, result.snapshot);
    case "available":
      assert(false, "What is available stays with the leader", { from: result.from });
  }
}

function append(turn: Turn, result: FetchResult & { is: "records" }): void {
  const endOffset = result.prefixes.at(-1)?.endOffset;
  if (endOffset === undefined) return;
  const log = result.prefixes.reduce((log, prefix) => log.append(prefix), turn.state.log);
  turn.change({ log });
  turn.changeVoters(result.voters.reduce((all, set) => all.append(set), turn.state.voterHistory));
  turn.emit({ type: "append", kind: "fetched", endOffset });
}

/** Commits what it may, and asks for more if all that it has is durable. */
export function fetchOn(turn: Turn, role: Follower): void {
  const { durableEndOffset, log, leaderId } = turn.state;
  commit(turn, role.leaderHighWatermark);
  const isReady = role.fetch === undefined && role.download === undefined &&
    durableEndOffset === log.endOffset;
  const fetch = isReady ? ask(turn, leaderId, fetchRequest(turn)) : role.fetch;
  turn.change({ role: { ...role, fetch } });
}

function commit(turn: Turn, leaderHighWatermark: Offset): void {
  const { durableEndOffset, highWatermark, voterHistory } = turn.state;
  const committed = offset(Math.min(leaderHighWatermark, durableEndOffset));
  if (committed <= highWatermark) return;
  turn.change({ highWatermark: committed, voterHistory: voterHistory.committed(committed) });
  turn.emit({ type: "commitTo", offset: committed });
}

export function followerUnanswered(turn: Turn, role: Follower, event: Unanswered): undefined {
  const { from, correlation, isGone } = event;
  if (from !== turn.state.leaderId || correlation !== role.fetch?.correlation) return;
  const again: Follower = { ...role, fetch: soon(turn) };
  turn.change({ role: isGone ? leaderUnreachable(turn, again) : again });
}

/** Pre-vote and check-quorum keep it safe to campaign soon: a leader that lives stays. */
function leaderUnreachable(turn: Turn, role: Follower): Follower {
  const { least, range } = role.isHeard ? CAMPAIGN_DELAY_MS : CAMPAIGN_AGAIN_MS;
  const campaignAtMs = Math.min(role.campaignAtMs, turn.now + turn.random(least, range));
  return { ...role, isHeard: false, campaignAtMs };
}

function soon(turn: Turn): Ask {
  return { correlation: undefined, dueAtMs: turn.now + turn.config.retryBackoffMs };
}

export function followerElapsed(turn: Turn, role: Follower): Transition | undefined {
  const { epoch } = turn.state;
  if (turn.now >= role.campaignAtMs) {
    return turn.isVoter ? { to: "prospective" } : { to: "unattached", epoch };
  }
  if ((role.fetch?.dueAtMs ?? Infinity) > turn.now) return undefined;
  fetchOn(turn, { ...role, fetch: undefined });
  return undefined;
}

/**
 * Its leader has given up: the first successor campaigns at once, those after it later, so that
 * they do not take votes from each other (KIP-595, EndQuorumEpoch). Who is not named comes last.
 */
export function leaderEnded(turn: Turn, role: Follower, successors: readonly ReplicaKey[]): void {
  const place = successors.findIndex(({ id }) => id === turn.self.id);
  const { electionBackoffMaxMs: most } = turn.config;
  const delayMs = place === -1
    ? turn.random(most / 2, most / 2)
    : successorDelayMs(place, { count: successors.length, most });
  const campaignAtMs = Math.min(role.campaignAtMs, turn.now + delayMs);
  turn.change({ role: { ...role, isHeard: false, campaignAtMs } });
}

/** Twice as long with each place, so that the last waits for the longest time at most. */
function successorDelayMs(
  place: number,
  { count, most }: { readonly count: number; readonly most: number },
): number {
  return place === 0 ? 0 : Math.min(most, Math.floor(most / 2 ** (count - 1)) * 2 ** (place - 1));
}
