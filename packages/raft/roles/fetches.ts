// How a leader answers those who fetch from it. A Fetch is an acknowledgement of everything below
// its offset; one that would get nothing new waits for records or for a higher high watermark.
//
// | what the asking log is               | answer                                          |
// |--------------------------------------|-------------------------------------------------|
// | a beginning of the leader's          | what follows; nothing yet: later                |
// | begins below the leader's, or empty  | the newest snapshot (KIP-630)                   |
// | something else                       | where they go apart (KIP-595)                   |

import type { Offset } from "@odradek/base";
import type { LogPrefix } from "../log_view.ts";
import type { FetchRequest, FetchResult } from "../messages.ts";
import type { Turn } from "../turn.ts";
import { type ReplicaKey, replicaText } from "../voters.ts";
import { commit, silentFromNow } from "./leader.ts";
import type { Leader, Progress, Transition, Waiting } from "./role.ts";

/** Observers that have not asked for so long are forgotten. In ms. */
const OBSERVER_MS = 300_000;

export function leaderFetched(
  turn: Turn,
  role: Leader,
  { token, request }: { readonly token: number; readonly request: FetchRequest },
): Transition | undefined {
  const other = goneApart(turn, request);
  if (other !== undefined) {
    reply(turn, token, other);
    return alive(turn, role, request.replica);
  }
  const transition = commit(turn, note(turn, role, request));
  hold(turn, token, request);
  return transition;
}

/** Undefined: the asking log is a beginning of ours. */
function goneApart(turn: Turn, request: FetchRequest): FetchResult | undefined {
  const { log, snapshot } = turn.state;
  const { fetchOffset, lastFetchedEpoch } = request;
  // Of what is below our start not even the epochs are known: nothing there can be compared.
  const isForgotten = log.startOffset > 0 && lastFetchedEpoch < (log.epochs[0]?.epoch ?? 0);
  const isBehind = fetchOffset < log.startOffset || fetchOffset === 0 || isForgotten;
  if (snapshot !== undefined && isBehind) return { is: "snapshot", snapshot };
  const end = log.endOffsetFor(lastFetchedEpoch);
  if (end === undefined) return { is: "diverging", prefix: endOf(log) };
  const isSame = end.epoch === lastFetchedEpoch && end.endOffset >= fetchOffset;
  return isSame ? undefined : { is: "diverging", prefix: end };
}

function endOf(log: Turn["state"]["log"]): LogPrefix {
  return { epoch: log.lastEpoch, endOffset: log.endOffset };
}

/** It asks, be it for a snapshot, hence it lives, but what it has does not count. */
export function alive(turn: Turn, role: Leader, replica: ReplicaKey): undefined {
  const known = role.progress.get(replicaText(replica));
  note(turn, role, { replica, fetchOffset: known?.endOffset ?? turn.state.log.startOffset });
}

function note(turn: Turn, role: Leader, { replica, fetchOffset }: Fetched): Leader {
  const { now, state: { log } } = turn;
  const known = role.progress.get(replicaText(replica));
  const progress = new Map(role.progress).set(replicaText(replica), {
    replica,
    endOffset: fetchOffset,
    fetchedAtMs: now,
    caughtUpAtMs: caughtUpAtMs(fetchOffset, { known, now, end: log.endOffset }),
    leaderEndOffset: log.endOffset,
  });
  const asks = role.asks.has(replica.id)
    ? silentFromNow(turn, role.asks, replica.id)
    : role.asks;
  const next = { ...role, asks, progress };
  turn.change({ role: next });
  return next;
}

type Fetched = Pick<FetchRequest, "replica" | "fetchOffset">;

interface Moment {
  readonly known: Progress | undefined;
  readonly now: number;
  /** Of the leader. */
  readonly end: Offset;
}

/** Who has now what there was when it asked last was caught up then. */
function caughtUpAtMs(fetchOffset: Offset, { known, now, end }: Moment): number | undefined {
  if (fetchOffset >= end) return now;
  if (known !== undefined && fetchOffset >= known.leaderEndOffset) return known.fetchedAtMs;
  return known?.caughtUpAtMs;
}

/** One replica has one Fetch: an older one of it, whose connection may be gone, is let go. */
function hold(turn: Turn, token: number, request: FetchRequest): void {
  const { role } = turn.state;
  if (role.name !== "leader") return refuse(turn, token);
  const older = role.waiting.filter((one) => isOf(one, request.replica));
  for (const one of older) reply(turn, one.token, available(turn, one.request));
  const known = request.highWatermark ?? turn.state.highWatermark;
  const waiting: Waiting = {
    token,
    request: { ...request, highWatermark: known },
    untilMs: turn.now + request.maxWaitMs,
  };
  const others = role.waiting.filter((one) => !older.includes(one));
  turn.change({ role: { ...role, waiting: [...others, waiting] } });
}

function isOf({ request: { replica } }: Waiting, other: ReplicaKey): boolean {
  return replicaText(replica) === replicaText(other);
}

/** After each step: lets those go for whom there is news, or who have waited long enough. */
export function releaseWaiting(turn: Turn, role: Leader): void {
  const done = role.waiting.filter((one) => isDone(turn, one));
  if (done.length === 0) return;
  turn.change({ role: { ...role, waiting: role.waiting.filter((one) => !done.includes(one)) } });
  for (const { token, request } of done) reply(turn, token, available(turn, request));
}

function isDone({ now, state }: Turn, { request, untilMs }: Waiting): boolean {
  const { log, highWatermark } = state;
  if (now >= untilMs || log.endOffset > request.fetchOffset) return true;
  return highWatermark > (request.highWatermark ?? highWatermark);
}

/** What there is; maybe nothing. */
function available({ state: { log } }: Turn, { fetchOffset }: FetchRequest): FetchResult {
  return { is: "available", from: fetchOffset, upTo: log.endOffset };
}

function reply(turn: Turn, token: number, result: FetchResult): void {
  const { epoch, leaderId, highWatermark } = turn.state;
  turn.reply(token, { type: "fetch", epoch, leaderId, highWatermark, result });
}

/** Whoever waits for a leader that is none any more. */
export function refuseWaiting(turn: Turn, role: Leader): void {
  for (const { token } of role.waiting) refuse(turn, token);
}

function refuse(turn: Turn, token: number): void {
  const { epoch, leaderId, highWatermark } = turn.state;
  const refused = "NOT_LEADER_OR_FOLLOWER";
  turn.reply(token, { type: "fetch", epoch, leaderId, highWatermark, refused, result: undefined });
}

/** Forgets observers that are gone. */
export function forgetObservers(turn: Turn, role: Leader): Leader {
  const isHere = ({ replica, fetchedAtMs }: Progress): boolean =>
    turn.state.voters.has(replica) || fetchedAtMs + OBSERVER_MS > turn.now;
  const here = [...role.progress].filter(([, progress]) => isHere(progress));
  if (here.length === role.progress.size) return role;
  const next = { ...role, progress: new Map(here) };
  turn.change({ role: next });
  return next;
}
