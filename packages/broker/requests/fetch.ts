// Fetch: reads what the request, or its session, names; waits until there is enough of it; answers
// with views of the logs. Rules: protocol §7.

import { CLUSTER, type Endpoint, endpoint, type RequestContext } from "@odradek/network";
import { errors } from "@odradek/protocol/errors";
import { Fetch, type FetchRequest, type FetchResponse } from "@odradek/protocol/messages/fetch";
import { Refusal } from "@odradek/protocol/refusal";
import { safeInteger } from "@odradek/base";
import { codeOf, isRefused, type Outcome, type Refused, refusedBy } from "../partitions/refused.ts";
import type { FetchAnswer, FetchCall, MaybePromise, Outcomes } from "../partitions/service.ts";
import { NO_SESSION, type SessionPartition } from "../sessions/fetch_sessions.ts";
import { fetchAnswer, toldOf } from "./fetch_answer.ts";
import type { Services } from "./services.ts";
import { checkPartition, topicById, topicByName } from "./topics.ts";

type Reached = Pick<Services, "image" | "partitions" | "sessions" | "hooks" | "clock" | "config">;

/** From here on a request names topics by id (KIP-516). */
export const FETCH_BY_ID_SINCE = 13;
const READ_COMMITTED = 1;

export function fetchEndpoint(services: Reached): Endpoint {
  return endpoint(Fetch, {
    // There are no byte fields that could be a view of the buffer.
    readsInPlace: true,
    isOfFollower: (request, version) => replicaOf(request, { version }) >= 0,
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

/** What was asked for without a session, and is there, is answered without a promise. */
function handleFetch(
  services: Reached,
  request: FetchRequest,
  context: RequestContext,
): MaybePromise<FetchResponse> {
  const asked = partitionsOf(request, context);
  const { sessionId, sessionEpoch } = request;
  const asksForNone = sessionId === NO_SESSION.sessionId &&
    sessionEpoch === NO_SESSION.sessionEpoch;
  if (!asksForNone) return fetchInSession(services, request, { asked, context });
  const parts = asked.map((one) => prepare(services, one, { request, context }));
  const done = (): FetchResponse => answerOf(services, request, { sessionId: 0, parts, context });
  const read = readWhenEnough(services, request, { parts, context });
  return read === undefined ? done() : read.then(done);
}

/** A session that the client ends may be another reactor's: it is told even where none is asked. */
async function fetchInSession(
  services: Reached,
  request: FetchRequest,
  given: { readonly asked: SessionPartition[]; readonly context: RequestContext },
): Promise<FetchResponse> {
  const { asked: partitions, context } = given;
  const { sessions } = services;
  const { sessionId, sessionEpoch } = request;
  const usesIds = context.version >= FETCH_BY_ID_SINCE;
  const forgotten = request.forgottenTopicsData.flatMap(({ topic, topicId, partitions: indexes }) =>
    indexes.map((partition) => ({ topic, topicId, partition }))
  );
  const opened = await sessions.open({ sessionId, sessionEpoch, usesIds, partitions, forgotten });
  if (isRefused(opened)) return { errorCode: codeOf(opened), sessionId: 0, responses: [] };
  const parts = opened.partitions
    .map((asked) => prepare(services, asked, { request, context }));
  await readWhenEnough(services, request, { parts, context });
  const told = opened.session === "none"
    ? { sessionId: 0, included: [] }
    : await sessions.answer(opened, parts.map(toldOf), usesIds);
  return answerOf(services, request, { ...told, parts, context });
}

/** `included`: which parts the client hears of; all if it says nothing. */
function answerOf(
  services: Reached,
  request: FetchRequest,
  given: {
    readonly sessionId: number;
    readonly included?: readonly boolean[];
    readonly parts: readonly FetchPart[];
    readonly context: RequestContext;
  },
): FetchResponse {
  const { sessionId, included, parts, context } = given;
  for (const { outcome } of parts) {
    if (!isRefused(outcome) && outcome.lease !== undefined) context.hold(outcome.lease);
  }
  const told = included === undefined ? parts : parts.filter((_, i) => included[i] ?? true);
  return fetchAnswer(told, {
    sessionId,
    isReadCommitted: request.isolationLevel === READ_COMMITTED,
    isFollower: replicaOf(request, context) >= 0,
    image: services.image(),
    context,
  });
}

/** Each once, where it stood first, as it was asked for last. */
function partitionsOf(request: FetchRequest, context: RequestContext): SessionPartition[] {
  const usesIds = context.version >= FETCH_BY_ID_SINCE;
  const isFollower = replicaOf(request, context) >= 0;
  const all: SessionPartition[] = [];
  for (const { topic, topicId, partitions } of request.topics) {
    for (const one of partitions) {
      const asked = {
        topic,
        topicId,
        partition: one.partition,
        leaderEpoch: one.currentLeaderEpoch,
        fetchOffset: safeInteger(one.fetchOffset),
        lastFetchedEpoch: one.lastFetchedEpoch,
        bytesMax: one.partitionMaxBytes,
      };
      all.push(isFollower ? { ...asked, ...ofFollower(one) } : asked);
    }
  }
  if (all.length === 1) return all;
  const partitions = new Map<string, SessionPartition>();
  for (const one of all) {
    partitions.set(`${usesIds ? one.topicId : one.topic} ${one.partition}`, one);
  }
  return [...partitions.values()];
}

type AskedPartition = FetchRequest["topics"][number]["partitions"][number];

function ofFollower({ highWatermark, logStartOffset }: AskedPartition) {
  return {
    highWatermark: watermarkOf(highWatermark),
    logStartOffset: safeInteger(logStartOffset),
  };
}

function prepare(
  { hooks, image }: Reached,
  asked: SessionPartition,
  { request, context }: { readonly request: FetchRequest; readonly context: RequestContext },
): FetchPart {
  try {
    const topic = context.version >= FETCH_BY_ID_SINCE
      ? topicById(image(), asked.topicId)
      : topicByName(image(), asked.topic);
    const isAllowed = replicaOf(request, context) >= 0
      ? hooks.authorize(context, "ClusterAction", CLUSTER)
      : hooks.authorize(context, "Read", { type: "Topic", name: topic.name });
    if (!isAllowed) {
      throw new Refusal("TOPIC_AUTHORIZATION_FAILED");
    }
    checkPartition(topic, asked.partition);
    const call = asked.topicId === topic.id ? asked : { ...asked, topicId: topic.id };
    return { asked, call, outcome: NOT_READ };
  } catch (error) {
    return { asked, call: undefined, outcome: refusedBy(error) };
  }
}

const NOT_READ: Refused = { refused: "UNKNOWN_SERVER_ERROR" };

/** Undefined: it is done. */
function readWhenEnough(
  { partitions, clock, config }: Reached,
  request: FetchRequest,
  { parts, context }: { readonly parts: readonly FetchPart[]; readonly context: RequestContext },
): Promise<void> | undefined {
  const reading: FetchPart[] = [];
  const calls: FetchCall[] = [];
  for (const part of parts) {
    if (part.call === undefined) continue;
    reading.push(part);
    calls.push(part.call);
  }
  if (calls.length === 0) return undefined;
  const bytesMax = Math.min(request.maxBytes, config.value("fetch.max.bytes"));
  const bytesMin = Math.min(request.minBytes, bytesMax);
  const isReadCommitted = request.isolationLevel === READ_COMMITTED;
  const replicaId = replicaOf(request, context);
  const terms = {
    replicaId,
    brokerEpoch: safeInteger(request.replicaState.replicaEpoch),
    isReadCommitted,
    mayReadFollower: replicaId < 0 && context.version >= FOLLOWERS_READ_SINCE,
    rack: replicaId < 0 && config.value("replica.selector.class") !== null ? request.rackId : "",
  };
  const deadline = clock.monotonic() + request.maxWaitMs;
  const { signal } = context;
  let bytesBefore = -1;
  const read = (): Promise<void> | undefined => {
    const outcomes = partitions.fetch(calls, { ...terms, bytesMax });
    return outcomes instanceof Promise ? outcomes.then(take) : take(outcomes);
  };
  const take = (outcomes: Outcomes<FetchAnswer>): Promise<void> | undefined => {
    const timeoutMs = deadline - clock.monotonic();
    const bytes = bytesOf(outcomes);
    // There was something to wake up for, and it was not more bytes: other limits keep them small.
    const isAll = bytes === bytesBefore;
    bytesBefore = bytes;
    if (isAll || timeoutMs <= 0 || signal.aborted || isEnough(outcomes, bytesMin)) {
      for (let i = 0; i < reading.length; i++) {
        (reading[i] as FetchPart).outcome = outcomes[i] ?? NOT_READ;
      }
      if (context.version >= FETCH_BY_ID_SINCE) nameUnknownById(reading);
      return undefined;
    }
    release(outcomes);
    const bytesFound = outcomes.map(sizeOf);
    return partitions.waitForData(calls, { ...terms, bytesMin, bytesFound, timeoutMs, signal })
      .then(read);
  };
  return read();
}

/** Topics that were deleted meanwhile: whoever asked by id hears of the id. */
function nameUnknownById(parts: readonly FetchPart[]): void {
  for (const part of parts) {
    if (!isRefused(part.outcome)) continue;
    if (part.outcome.refused !== "UNKNOWN_TOPIC_OR_PARTITION") continue;
    part.outcome = { refused: "UNKNOWN_TOPIC_ID" };
  }
}

/** From here on consumers may read from followers (KIP-392). */
const FOLLOWERS_READ_SINCE = 11;

/** A follower that knows none has none; the largest number: it does not take part (KIP-1166). */
function watermarkOf(told: bigint): number | undefined {
  return told > Number.MAX_SAFE_INTEGER ? undefined : Math.max(Number(told), 0);
}

/** From here on the follower's id stands in a struct of its own (KIP-903). */
const REPLICA_STATE_SINCE = 15;

/** -1: a consumer. */
function replicaOf(
  request: FetchRequest,
  { version }: Pick<RequestContext, "version">,
): number {
  return version < REPLICA_STATE_SINCE ? request.replicaId : request.replicaState.replicaId;
}

function isEnough(outcomes: Outcomes<FetchAnswer>, bytesMin: number): boolean {
  for (const one of outcomes) {
    if (isRefused(one) || one.diverging !== undefined || one.nearer !== undefined) return true;
  }
  return bytesOf(outcomes) >= bytesMin;
}

function bytesOf(outcomes: Outcomes<FetchAnswer>): number {
  let sum = 0;
  for (const one of outcomes) sum += sizeOf(one);
  return sum;
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
