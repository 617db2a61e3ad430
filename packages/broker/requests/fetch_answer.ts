// The answer of a fetch, from what was read.

import type { ClusterImage } from "@odradek/metadata";
import type { RequestContext } from "@odradek/network";
import { type ErrorName, errors } from "@odradek/protocol/errors";
import type { FetchResponse } from "@odradek/protocol/messages/fetch";
import { codeOf, isRefused, type Refused } from "../partitions/refused.ts";
import type { FetchAnswer } from "../partitions/service.ts";
import type { SessionPartition, Told } from "../sessions/fetch_sessions.ts";
import { FETCH_BY_ID_SINCE, type FetchPart } from "./fetch.ts";
import { nodeEndpoints } from "./nodes.ts";

type TopicAnswer = FetchResponse["responses"][number];
type PartitionAnswer = TopicAnswer["partitions"][number];

export interface FetchAnswerTerms {
  readonly sessionId: number;
  readonly isReadCommitted: boolean;
  /** Followers know where the others are. */
  readonly isFollower: boolean;
  readonly image: ClusterImage;
  readonly context: RequestContext;
}

/** From here on answers name the leader to go to instead (KIP-951). */
const LEADERS_SINCE = 16;

/** What a session remembers of what is answered for a partition. */
export function toldOf({ asked, outcome }: FetchPart): Told {
  if (isRefused(outcome)) {
    const none = { highWatermark: -1, logStartOffset: -1 };
    return { hasRecords: false, hasError: true, isUrgent: false, ...none };
  }
  const { highWatermark, logStartOffset, sizeBytes, diverging, nearer } = outcome;
  return {
    hasRecords: sizeBytes > 0,
    hasError: false,
    isUrgent: diverging !== undefined || nearer !== undefined || isBehind(asked, highWatermark),
    highWatermark,
    logStartOffset,
  };
}

/** A follower has what is committed, and does not know it: it was told before it had it. */
function isBehind({ highWatermark: known, fetchOffset }: SessionPartition, now: number): boolean {
  return known !== undefined && known < Math.min(now, fetchOffset);
}

export function fetchAnswer(parts: readonly FetchPart[], terms: FetchAnswerTerms): FetchResponse {
  const { sessionId, image, context } = terms;
  const usesIds = context.version >= FETCH_BY_ID_SINCE;
  const topics: (TopicAnswer & { partitions: PartitionAnswer[] })[] = [];
  for (const part of parts) {
    const { topic, topicId } = part.asked;
    // Only neighbours are joined: the order of the partitions means something.
    let last = topics.at(-1);
    const isSame = usesIds ? last?.topicId === topicId : last?.topic === topic;
    if (last === undefined || !isSame) {
      last = { topic, topicId, partitions: [] };
      topics.push(last);
    }
    last.partitions.push(partitionAnswer(part, terms));
  }
  const answer: FetchResponse = { errorCode: errors.NONE.code, sessionId, responses: topics };
  if (context.version < LEADERS_SINCE || terms.isFollower) return answer;
  const leaders: number[] = [];
  for (const part of parts) {
    const leader = currentLeader(part, image);
    if (leader !== undefined) leaders.push(leader.leaderId);
  }
  if (leaders.length === 0) return answer;
  return { ...answer, nodeEndpoints: nodeEndpoints(leaders, image, context.connection) };
}

function partitionAnswer(
  { asked, call, outcome }: FetchPart,
  terms: FetchAnswerTerms,
): PartitionAnswer {
  if (isRefused(outcome)) {
    const refused = refusedPartition(asked.partition, { refused: outcome, isUnknown: !call });
    const leader = terms.context.version < LEADERS_SINCE
      ? undefined
      : currentLeader({ asked, call, outcome }, terms.image);
    return leader === undefined ? refused : { ...refused, currentLeader: leader };
  }
  return {
    partitionIndex: asked.partition,
    errorCode: errors.NONE.code,
    highWatermark: BigInt(outcome.highWatermark),
    lastStableOffset: BigInt(outcome.lastStableOffset),
    logStartOffset: BigInt(outcome.logStartOffset),
    divergingEpoch: divergence(outcome),
    abortedTransactions: terms.isReadCommitted ? abortedIn(outcome) : null,
    preferredReadReplica: outcome.nearer,
    records: outcome.lease?.bytes ?? NO_RECORDS,
  };
}

function abortedIn({ aborted = [] }: FetchAnswer) {
  return aborted.map(({ producerId, firstOffset }) => ({
    producerId: BigInt(producerId),
    firstOffset: BigInt(firstOffset),
  }));
}

/** Whom to ask instead, where this broker is the wrong one or the client's knowledge is old. */
function currentLeader({ asked, call, outcome }: FetchPart, image: ClusterImage) {
  if (call === undefined || !isRefused(outcome) || !LEADERSHIP.has(outcome.refused)) {
    return undefined;
  }
  const partition = image.topics.get(call.topicId)?.partitions[asked.partition];
  if (partition === undefined) return undefined;
  return { leaderId: partition.leader, leaderEpoch: partition.leaderEpoch };
}

const LEADERSHIP = new Set<ErrorName>(["NOT_LEADER_OR_FOLLOWER", "FENCED_LEADER_EPOCH"]);

const NO_RECORDS = new Uint8Array(0);

function divergence({ diverging }: FetchAnswer): PartitionAnswer["divergingEpoch"] {
  if (diverging === undefined) return undefined;
  return { epoch: diverging.epoch, endOffset: BigInt(diverging.endOffset) };
}

/** Offsets are -1, and records empty instead of null, for old clients. */
function refusedPartition(
  partitionIndex: number,
  { refused, isUnknown }: { readonly refused: Refused; readonly isUnknown: boolean },
): PartitionAnswer {
  return {
    partitionIndex,
    errorCode: codeOf(refused),
    highWatermark: -1n,
    abortedTransactions: isUnknown ? [] : null,
    records: NO_RECORDS,
  };
}
