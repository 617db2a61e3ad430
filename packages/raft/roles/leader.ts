// Leads its epoch: takes records in, and moves the high watermark. How it answers those who fetch
// stands in fetches.ts.
//
// | event       | when                      | what                                       |
// |-------------|---------------------------|--------------------------------------------|
// | enter       |                           | appends LEADER_CHANGE, its epoch's first;  |
// |             |                           | tells the voters that it leads             |
// | proposed    | of this epoch             | the log is that much longer                |
// |             | of another                | refuse                                     |
// | written,    | a majority has it, and it | commitTo                                   |
// | fetch       | is of this epoch          |                                            |
// |             | that is its own removal   | → resigned                                 |
// | voterChange | the one before is         | appends VOTERS (voter_changes.ts)          |
// |             | committed                 |                                            |
// | elapsed     | a voter has not fetched   | tells it again that it leads               |
// |             | a majority has not        | → resigned (check-quorum)                  |
// | resign      |                           | → resigned                                 |
//
// Records of earlier epochs are committed only together with one of its own: a majority having
// them is not enough, for a later leader may still replace them (Raft §5.4.2, figure 8).

import { assert, type NodeId, type Offset, offset } from "@odradek/base";
import {
  askAgain,
  askAll,
  type AskKey,
  type Asks,
  isUnderWay,
  unanswered,
} from "../asks.ts";
import type { Answered, Proposed } from "../events.ts";
import type { BeginQuorumEpochRequest } from "../messages.ts";
import { majority, offsetOfMajority } from "../quorum.ts";
import type { Turn } from "../turn.ts";
import type { State } from "../state.ts";
import { isDynamic, type ReplicaKey, replicaText, type Voter } from "../voters.ts";
import type { Leader, Progress, Transition } from "./role.ts";

/** Of the fetch timeout: as long as a majority may not ask (KIP-595, check quorum). */
const CHECK_QUORUM_FACTOR = 1.5;
/** LEADER_CHANGE, KRAFT_VERSION, KRAFT_VOTERS. */
const RECORDS_WITH_VOTERS = 3;

export function enterLeader(turn: Turn): Transition | undefined {
  const { epoch, log, role, voters } = turn.state;
  assert(role.name === "candidate", "Only a candidate is elected", { role: role.name, epoch });
  const members = [...voters].map(({ id, directoryId }) => ({ id, directoryId }));
  const baseOffset = log.endOffset;
  const areNews = areVotersNews(turn.state);
  const endOffset = offset(baseOffset + (areNews ? RECORDS_WITH_VOTERS : 1));
  turn.change({ leaderId: turn.self.id, lostElections: 0, log: log.append({ epoch, endOffset }) });
  turn.emit({
    type: "append",
    kind: "leader change",
    baseOffset,
    epoch,
    leaderId: turn.self.id,
    voters: members,
    grantingVoters: members.filter((voter) => role.granted.has(voter.id)),
    ...(areNews ? { firstVoters: voters } : {}),
  });
  if (areNews) {
    const { voterHistory } = turn.state;
    turn.changeVoters(voterHistory.append({ offset: offset(endOffset - 1), voters }));
  }
  turn.become({
    name: "leader",
    sinceMs: turn.now,
    epochStartOffset: baseOffset,
    progress: new Map(),
    waiting: [],
    asks: askAll(turn, beginRequest(turn)),
  });
  return undefined;
}

/** They have directories, and neither the log nor a snapshot of it says so (KIP-853). */
function areVotersNews({ voters, voterHistory, snapshot }: State): boolean {
  return voterHistory.latestOffset === undefined && snapshot === undefined && isDynamic(voters);
}

function beginRequest({ self, state: { epoch } }: Turn): (voter: Voter) => BeginQuorumEpochRequest {
  return ({ id, directoryId }) => ({
    type: "beginQuorumEpoch",
    epoch,
    leaderId: self.id,
    voter: { id, directoryId },
  });
}

export function leaderProposed(turn: Turn, { endOffset, epoch }: Proposed): void {
  if (epoch !== turn.state.epoch) turn.emit({ type: "refuse", refused: "NOT_CONTROLLER" });
  else turn.change({ log: turn.state.log.append({ endOffset, epoch }) });
}

/** A voter, or this node itself, has more than before. */
export function commit(turn: Turn, { epochStartOffset, progress }: Leader): Transition | undefined {
  const { voters, log, highWatermark, durableEndOffset, voterHistory } = turn.state;
  const reached = [...voters].map((voter) =>
    voter.id === turn.self.id
      ? durableEndOffset
      : progressOf(voter, progress)?.endOffset ?? log.startOffset
  );
  // A majority may have what is not durable here yet: it waits, so that it never has less than it
  // has told to be committed.
  const committed = offset(Math.min(offsetOfMajority(reached), durableEndOffset));
  if (committed <= epochStartOffset || committed <= highWatermark) return undefined;
  turn.change({ highWatermark: committed, voterHistory: voterHistory.committed(committed) });
  turn.emit({ type: "commitTo", offset: committed });
  return isRemoved(turn) ? { to: "resigned", successors: successors(turn, progress) } : undefined;
}

/** Only once it is committed: until then nobody else could lead with the new voters. */
function isRemoved({ isVoter, state }: Turn): boolean {
  return !isVoter && (state.voterHistory.latestOffset ?? 0) < state.highWatermark;
}

/** Static voters (kraft.version 0) are known by their id alone. */
export function progressOf(
  voter: ReplicaKey,
  progress: ReadonlyMap<string, Progress>,
): Progress | undefined {
  const own = progress.get(replicaText(voter));
  const others = [...progress.values()].filter(({ replica }) => isVoterOf(voter, replica));
  return own ?? others.sort((a, b) => b.fetchedAtMs - a.fetchedAtMs)[0];
}

function isVoterOf(voter: ReplicaKey, { id, directoryId }: ReplicaKey): boolean {
  if (voter.id !== id) return false;
  return replicaText(voter) === `${id}` || voter.directoryId === directoryId;
}

/** The longest log first. */
export function successors({ others }: Turn, progress: Leader["progress"]): ReplicaKey[] {
  const end = (voter: Voter): Offset | number => progressOf(voter, progress)?.endOffset ?? -1;
  return others.sort((a, b) => end(b) - end(a)).map(({ id, directoryId }) => ({ id, directoryId }));
}

/** When too many voters have not asked for too long, in monotonic ms. */
export function checkQuorumAtMs({ others, config, isVoter, state }: Turn, role: Leader): number {
  const needed = majority(state.voters.size) - (isVoter ? 1 : 0);
  if (needed === 0) return Infinity;
  const times = others.map((voter) => fetchedAtMs(voter, role)).sort((a, b) => b - a);
  return (times[needed - 1] ?? role.sinceMs) + CHECK_QUORUM_FACTOR * config.fetchTimeoutMs;
}

function fetchedAtMs(voter: Voter, { progress, sinceMs }: Leader): number {
  return Math.max(sinceMs, progressOf(voter, progress)?.fetchedAtMs ?? 0);
}

export function leaderElapsed(turn: Turn, role: Leader): Transition | undefined {
  // Who could not ask could not vote for a successor either: none is named.
  if (turn.now >= checkQuorumAtMs(turn, role)) return { to: "resigned", successors: [] };
  turn.change({ role: { ...role, asks: askAgain(turn, role.asks, beginRequest(turn)) } });
  return undefined;
}

/** A voter that has answered is told again only if it does not fetch. */
export function leaderAnswered(turn: Turn, role: Leader, event: Answered): undefined {
  const { from, correlation, response } = event;
  if (!isUnderWay(role.asks, from, correlation)) return;
  if (response.refused !== undefined) return leaderUnanswered(turn, role, event);
  turn.change({ role: { ...role, asks: silentFromNow(turn, role.asks, from) } });
}

export function leaderUnanswered(
  turn: Turn,
  role: Leader,
  { from, correlation }: AskKey,
): undefined {
  if (!isUnderWay(role.asks, from, correlation)) return;
  turn.change({ role: { ...role, asks: unanswered(turn, role.asks, from) } });
}

/** It knows who leads; only if it does not fetch for a while, it is told again. */
export function silentFromNow({ now, config }: Turn, asks: Asks, from: NodeId): Asks {
  const dueAtMs = now + config.fetchTimeoutMs / 2;
  return new Map(asks).set(from, { correlation: undefined, dueAtMs });
}
