// Requests under way to other replicas, at most one to each: what their answers will be known by,
// and when they are to be sent again. All requests of the quorum may be repeated without harm.

import type { NodeId } from "@odradek/base";
import type { RaftRequest } from "./messages.ts";
import type { Turn } from "./turn.ts";
import type { Voter } from "./voters.ts";

export interface Ask {
  /** Undefined: nothing is under way, it is sent when it is due. */
  readonly correlation: number | undefined;
  /** When it is sent again, in monotonic ms. */
  readonly dueAtMs: number;
}

/** By whom is asked. */
export type Asks = ReadonlyMap<NodeId, Ask>;

/** What an answer is known by. */
export interface AskKey {
  readonly from: NodeId;
  readonly correlation: number;
}

export const NO_ASKS: Asks = new Map();

export function ask(turn: Turn, to: NodeId, request: RaftRequest): Ask {
  const correlation = turn.send(to, request);
  return { correlation, dueAtMs: turn.now + turn.config.requestTimeoutMs };
}

export function askAll(turn: Turn, request: (voter: Voter) => RaftRequest): Asks {
  return new Map(turn.others.map((voter) => [voter.id, ask(turn, voter.id, request(voter))]));
}

/** Sends again what is due. The same object if nothing is. */
export function askAgain(turn: Turn, asks: Asks, request: (voter: Voter) => RaftRequest): Asks {
  const again = turn.others.filter(({ id }) => (asks.get(id)?.dueAtMs ?? Infinity) <= turn.now);
  if (again.length === 0) return asks;
  const renewed = new Map(asks);
  for (const voter of again) renewed.set(voter.id, ask(turn, voter.id, request(voter)));
  return renewed;
}

export function isUnderWay(asks: Asks, from: NodeId, correlation: number): boolean {
  return asks.get(from)?.correlation === correlation;
}

/** One that will not be answered: it is sent again soon. */
export function unanswered(turn: Turn, asks: Asks, from: NodeId): Asks {
  const dueAtMs = turn.now + turn.config.retryBackoffMs;
  return new Map(asks).set(from, { correlation: undefined, dueAtMs });
}

export function without(asks: Asks, from: NodeId): Asks {
  const left = new Map(asks);
  left.delete(from);
  return left;
}

export function earliest(asks: Asks): number {
  return Math.min(...[...asks.values()].map(({ dueAtMs }) => dueAtMs));
}
