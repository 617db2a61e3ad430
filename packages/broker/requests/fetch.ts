// Fetch: reads what the request, or its session, names; waits until there is enough of it; answers
// with views of the logs. Rules: protocol §7.

import { type Endpoint, endpoint, type RequestContext } from "@odradek/network";
import { errors } from "@odradek/protocol/errors";
import { Fetch, type FetchRequest, type FetchResponse } from "@odradek/protocol/messages/fetch";
import { Refusal } from "@odradek/protocol/refusal";
import { safeInteger } from "@odradek/base";
import { codeOf, isRefused, type Outcome, type Refused, refusedBy } from "../partitions/refused.ts";
import type { FetchAnswer, FetchCall, Outcomes } from "../partitions/service.ts";
import {
  type FetchSessions,
  NO_SESSION,
  type OpenedFetch,
  type SessionPartition,
} from "../sessions/fetch_sessions.ts";
import { fetchAnswer, toldOf } from "./fetch_answer.ts";
import type { Services } from "./services.ts";
import { checkPartition, topicById, topicByName } from "./topics.ts";

type Reached = Pick<Services, "image" | "partitions" | "sessions" | "hooks" | "clock" | "config">;

/** From here on a request names topics by id (KIP-516). */
export const FETCH_BY_ID_SINCE = 13;
const READ_COMMITTED = 1;

export function fetchEndpoint(services: Reached): Endpoint {
  return endpoint(Fetch, {
    handle: (request, context) => handleFetch(services, request, context),
    refuse: (request, refusal) => refuseFetch(request, refusal),
  });
}

/** One partition: where it is read, or why it is not. */
export interface FetchPart {
  readonly asked: SessionPartition;
  readonly call: FetchCall | undefined;
  outcome: Outcome<FetchAnswer>;
}

async function handleFetch(
  services: Reached,
  request: FetchRequest,
  context: RequestContext,
): Promise<FetchResponse> {
  const usesIds = context.version >= FETCH_BY_ID_SINCE;
  const opened = await openSession(services.sessions, request, usesIds);
  if (isRefused(opened)) return { errorCode: codeOf(opened), sessionId: 0, responses: [] };
  const parts = opened.partitions.map((asked) => prepare(services, asked, context));
  await readWhenEnough(services, request, { parts, context });
  const isSession = opened.session !== "none";
  const told = isSession
    ? await services.sessions.answer(opened, parts.map(toldOf), usesIds)
    : { sessionId: 0, included: parts.map(() => true) };
  const isReadCommitted = request.isolationLevel === READ_COMMITTED;
  const included = parts.filter((part, i) => {
    const isTold = told.included[i] ?? true;
    if (!isRefused(part.outcome) && part.outcome.lease !== undefined) {
      context.hold(part.outcome.lease);
    }
    return isTold;
  });
  const { sessionId } = told;
  const isFollower = replicaOf(request, context) >= 0;
  const image = services.image();
  return fetchAnswer(included, { sessionId, isReadCommitted, isFollower, image, context });
}

/** A session that the client ends may be another reactor's: it is told even where none is asked. */
async function openSession(
  sessions: FetchSessions,
  request: FetchRequest,
  usesIds: boolean,
): Promise<OpenedFetch | Refused> {
  const { sessionId, sessionEpoch } = request;
  const partitions = partitionsOf(request, usesIds);
  const asksForNone = sessionId === NO_SESSION.sessionId &&
    sessionEpoch === NO_SESSION.sessionEpoch;
  if (asksForNone) return { session: "none", sessionId: 0, partitions };
  const forgotten = request.forgottenTopicsData.flatMap(({ topic, topicId, partitions: indexes }) =>
    indexes.map((partition) => ({ topic, topicId, partition }))
  );
  return await sessions.open({ sessionId, sessionEpoch, usesIds, partitions, forgotten });
}

/** Each once, where it stood first, as it was asked for last. */
function partitionsOf({ topics }: FetchRequest, usesIds: boolean): SessionPartition[] {
  const partitions = new Map<string, SessionPartition>();
  for (const { topic, topicId, partitions: asked } of topics) {
    for (const one of asked) {
      partitions.set(`${usesIds ? topicId : topic} ${one.partition}`, {
        topic,
        topicId,
        partition: one.partition,
        leaderEpoch: one.currentLeaderEpoch,
        fetchOffset: safeInteger(one.fetchOffset),
        lastFetchedEpoch: one.lastFetchedEpoch,
        bytesMax: one.partitionMaxBytes,
      });
    }
  }
  return [...partitions.values()];
}

function prepare(
  { hooks, image }: Reached,
  asked: SessionPartition,
  context: RequestContext,
): FetchPart {
  try {
    const topic = context.version >= FETCH_BY_ID_SINCE
      ? topicById(image(), asked.topicId)
      : topicByName(image(), asked.topic);
    if (!hooks.authorize(context, "Read", { type: "Topic", name: topic.name })) {
      throw new Refusal("TOPIC_AUTHORIZATION_FAILED");
    }
    checkPartition(topic, asked.partition);
    return { asked, call: { ...asked, topicId: topic.id }, outcome: NOT_READ };
  } catch (error) {
    return { asked, call: undefined, outcome: refusedBy(error) };
  }
}

const NOT_READ: Refused = { refused: "UNKNOWN_SERVER_ERROR" };

async function readWhenEnough(
  { partitions, clock, config }: Reached,
  request: FetchRequest,
  { parts, context }: { readonly parts: readonly FetchPart[]; readonly context: RequestContext },
): Promise<void> {
  const reading = parts.filter(({ call }) => call !== undefined);
  const calls = reading.map(({ call }) => call as FetchCall);
  if (calls.length === 0) return;
  const bytesMax = Math.min(request.maxBytes, config.value("fetch.max.bytes"));
  const bytesMin = Math.min(request.minBytes, bytesMax);
  const isReadCommitted = request.isolationLevel === READ_COMMITTED;
  const terms = { replicaId: replicaOf(request, context), isReadCommitted };
  const deadline = clock.monotonic() + request.maxWaitMs;
  for (let bytesBefore = -1;;) {
    const read = partitions.fetch(calls, { ...terms, bytesMax });
    const outcomes = read instanceof Promise ? await read : read;
    const timeoutMs = deadline - clock.monotonic();
    const bytes = bytesOf(outcomes);
    // There was something to wake up for, and it was not more bytes: other limits keep them small.
    const isAll = bytes === bytesBefore;
    bytesBefore = bytes;
    if (isAll || timeoutMs <= 0 || context.signal.aborted || isEnough(outcomes, bytesMin)) {
      reading.forEach((part, i) => (part.outcome = outcomes[i] ?? NOT_READ));
      if (context.version >= FETCH_BY_ID_SINCE) nameUnknownById(reading);
      return;
    }
    release(outcomes);
    const { signal } = context;
    const bytesFound = outcomes.map(sizeOf);
    await partitions.waitForData(calls, { ...terms, bytesMin, bytesFound, timeoutMs, signal });
  }
}

/** Topics that were deleted meanwhile: whoever asked by id hears of the id. */
function nameUnknownById(parts: readonly FetchPart[]): void {
  for (const part of parts) {
    if (!isRefused(part.outcome)) continue;
    if (part.outcome.refused !== "UNKNOWN_TOPIC_OR_PARTITION") continue;
    part.outcome = { refused: "UNKNOWN_TOPIC_ID" };
  }
}

/** From here on the follower's id stands in a struct of its own (KIP-903). */
const REPLICA_STATE_SINCE = 15;

/** -1: a consumer. */
function replicaOf(request: FetchRequest, { version }: RequestContext): number {
  return version < REPLICA_STATE_SINCE ? request.replicaId : request.replicaState.replicaId;
}

function isEnough(outcomes: Outcomes<FetchAnswer>, bytesMin: number): boolean {
  const isUrgent = outcomes.some((one) => isRefused(one) || one.diverging !== undefined);
  return isUrgent || bytesOf(outcomes) >= bytesMin;
}

function bytesOf(outcomes: Outcomes<FetchAnswer>): number {
  return outcomes.reduce((sum, one) => sum + sizeOf(one), 0);
}

function sizeOf(outcome: Outcome<FetchAnswer>): number {
  return isRefused(outcome) ? 0 : outcome.sizeBytes;
}

function release(outcomes: Outcomes<FetchAnswer>): void {
  for (const outcome of outcomes) if (!isRefused(outcome)) outcome.lease?.release();
}

/** Before version 7 there is no place for it but at each partition. */
function refuseFetch({ topics }: FetchRequest, { code }: Refusal): FetchResponse {
  return {
    errorCode: code,
    sessionId: 0,
    responses: topics.map(({ topic, topicId, partitions }) => ({
      topic,
      topicId,
      partitions: partitions.map(({ partition }) => ({
        partitionIndex: partition,
        errorCode: code === errors.NONE.code ? errors.UNKNOWN_SERVER_ERROR.code : code,
        highWatermark: -1n,
        abortedTransactions: null,
        records: [],
      })),
    })),
  };
}
