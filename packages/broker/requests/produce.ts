// Produce: each partition's batch is judged and appended for itself; the answer is sent when all of
// them have what their acks ask for.

import type { ClusterImage, TopicImage } from "@odradek/metadata";
import { type Endpoint, endpoint, type RequestContext } from "@odradek/network";
import { errors } from "@odradek/protocol/errors";
import {
  Produce,
  type ProduceRequest,
  type ProduceResponse,
} from "@odradek/protocol/messages/produce";
import type { Batch } from "@odradek/protocol/records/batch";
import { Refusal } from "@odradek/protocol/refusal";
import { codeOf, isRefused, type Outcome, refusedBy } from "../partitions/refused.ts";
import type { AppendAnswer, AppendCall, Outcomes } from "../partitions/service.ts";
import { onlyBatch } from "../partitions/validate.ts";
import { nodeEndpoints } from "./nodes.ts";
import type { Services } from "./services.ts";
import { checkPartition, isInternalTopic, topicById, topicByName } from "./topics.ts";

type Topic = ProduceRequest["topicData"][number];
type TopicAnswer = ProduceResponse["responses"][number];
type PartitionAnswer = TopicAnswer["partitionResponses"][number];
type Reached = Pick<Services, "image" | "partitions" | "hooks">;

/** From here on a request names topics by id (KIP-516). */
const BY_ID_SINCE = 13;
/** Offered until transactions are there: clients take 12 for transactions by implicit addition. */
const OFFERED_MAX = 11;
/** From here on answers name the leader to go to instead. */
const LEADERS_SINCE = 10;
const ADMIN_CLIENT = "__admin_client";
const ACKS_NONE = 0;

export function produceEndpoint(services: Reached): Endpoint {
  return endpoint(Produce, {
    // Old librdkafka looks for 0 and gives up compression without it.
    advertised: [0, OFFERED_MAX],
    overlaps: true,
    readsInPlace: true,
    handle: (request, context) => handleProduce(services, request, context),
    refuse: (request, refusal) => refuseAll(request, refusal),
  });
}

/** One partition of the request, and what becomes of it. */
interface Part {
  readonly topic: Topic;
  readonly index: number;
  readonly records: Uint8Array | null;
  /** Undefined: it has its outcome already. */
  call: AppendCall | undefined;
  outcome: Outcome<AppendAnswer> | undefined;
}

function handleProduce(services: Reached, request: ProduceRequest, context: RequestContext) {
  const parts = uniqueParts(request);
  for (const part of parts) prepare(services, request, { part, context });
  const calls = parts.map(({ call }) => call).filter((call) => call !== undefined);
  const terms = { timeoutMs: request.timeoutMs };
  const outcomes = calls.length === 0 ? [] : services.partitions.append(calls, terms);
  const image = services.image();
  if (!(outcomes instanceof Promise)) return answer(request, parts, { outcomes, image, context });
  return outcomes.then((settled) => answer(request, parts, { outcomes: settled, image, context }));
}

/** A partition that is there twice counts with its last batch, where it stood first. */
function uniqueParts({ topicData }: ProduceRequest): Part[] {
  const parts: Part[] = [];
  for (const topic of topicData) {
    for (const { index, records } of topic.partitionData) {
      parts.push({ topic, index, records, call: undefined, outcome: undefined });
    }
  }
  // Most requests have one: no key needs to be made for it.
  if (parts.length === 1) return parts;
  const unique = new Map<string, Part>();
  for (const part of parts) unique.set(`${topicKey(part.topic)} ${part.index}`, part);
  return [...unique.values()];
}

function topicKey({ topicId, name }: Topic): string {
  return `${topicId} ${name}`;
}

/** Sets the part's call, or its outcome. Refuses the whole request for a transactional batch. */
function prepare(
  services: Reached,
  { acks, transactionalId }: ProduceRequest,
  { part, context }: { readonly part: Part; readonly context: RequestContext },
): void {
  let batch: Batch | undefined;
  try {
    const topic = writableTopic(services, part, context);
    batch = onlyBatch(part.records, context.version);
    checkAcks(acks);
    if (isInternalTopic(topic.name) && context.clientId !== ADMIN_CLIENT) {
      throw new Refusal("INVALID_TOPIC_EXCEPTION", `Clients do not write to ${topic.name}`);
    }
    if (batch.isTransactional && transactionalId !== null) {
      throw new Refusal("INVALID_TXN_STATE", "There are no transactions");
    }
    part.call = { topicId: topic.id, partition: part.index, batch: batch.bytes, acks };
  } catch (error) {
    part.outcome = refusedBy(error);
  }
  if (batch?.isTransactional === true && transactionalId === null) {
    throw new Refusal("TRANSACTIONAL_ID_AUTHORIZATION_FAILED");
  }
}

function writableTopic(
  { image, hooks }: Reached,
  { topic: asked, index }: Part,
  context: RequestContext,
): TopicImage {
  const topic = context.version >= BY_ID_SINCE
    ? topicById(image(), asked.topicId)
    : topicByName(image(), asked.name);
  if (!hooks.authorize(context, "Write", { type: "Topic", name: topic.name })) {
    throw new Refusal("TOPIC_AUTHORIZATION_FAILED");
  }
  checkPartition(topic, index);
  return topic;
}

function checkAcks(acks: number): void {
  if (acks !== ACKS_NONE && acks !== 1 && acks !== -1) {
    throw new Refusal("INVALID_REQUIRED_ACKS", `There are no acks ${acks}: 0, 1 and -1 are`);
  }
}

function answer(
  { acks }: ProduceRequest,
  parts: readonly Part[],
  { outcomes, image, context }: {
    readonly outcomes: Outcomes<AppendAnswer>;
    readonly image: ClusterImage;
    readonly context: RequestContext;
  },
): ProduceResponse | undefined {
  let next = 0;
  for (const part of parts) if (part.call !== undefined) part.outcome = outcomes[next++];
  if (acks === ACKS_NONE) {
    // Nobody reads an answer: closing is how the client learns of it.
    if (parts.some(({ outcome }) => outcome === undefined || isRefused(outcome))) {
      context.closeConnection();
    }
    return undefined;
  }
  const leaders: number[] = [];
  const partitions = parts.map(({ index, call, outcome }) => {
    const leader = newLeader(call, outcome, image);
    const partition = partitionAnswer(index, outcome);
    if (leader === undefined || context.version < LEADERS_SINCE) return partition;
    leaders.push(leader.leaderId);
    return { ...partition, currentLeader: leader };
  });
  const responses = perTopic(parts, partitions);
  if (leaders.length === 0) return { responses };
  return { responses, nodeEndpoints: nodeEndpoints(leaders, image, context.connection) };
}

function perTopic(parts: readonly Part[], answers: readonly PartitionAnswer[]): TopicAnswer[] {
  const [first] = parts;
  if (first !== undefined && parts.length === 1) {
    const { name, topicId } = first.topic;
    return [{ name, topicId, partitionResponses: answers }];
  }
  const topics = new Map<string, TopicAnswer & { partitionResponses: PartitionAnswer[] }>();
  for (const [i, { topic: asked }] of parts.entries()) {
    const { name, topicId } = asked;
    const key = topicKey(asked);
    const topic = topics.get(key) ?? { name, topicId, partitionResponses: [] };
    topic.partitionResponses.push(answers[i] as PartitionAnswer);
    topics.set(key, topic);
  }
  return [...topics.values()];
}

/** Whom to ask instead, where this broker does not lead (KIP-951). */
function newLeader(
  call: AppendCall | undefined,
  outcome: Outcome<AppendAnswer> | undefined,
  image: ClusterImage,
) {
  if (call === undefined || outcome === undefined || !isRefused(outcome)) return undefined;
  if (outcome.refused !== "NOT_LEADER_OR_FOLLOWER") return undefined;
  const partition = image.topics.get(call.topicId)?.partitions[call.partition];
  if (partition === undefined) return undefined;
  return { leaderId: partition.leader, leaderEpoch: partition.leaderEpoch };
}

function partitionAnswer(
  index: number,
  outcome: Outcome<AppendAnswer> | undefined,
): PartitionAnswer {
  if (outcome === undefined) return { index, errorCode: -1, baseOffset: -1n, recordErrors: [] };
  if (!isRefused(outcome)) {
    return {
      index,
      errorCode: errors.NONE.code,
      baseOffset: BigInt(outcome.baseOffset),
      logAppendTimeMs: BigInt(outcome.logAppendTimeMs),
      logStartOffset: BigInt(outcome.logStartOffset),
      recordErrors: [],
    };
  }
  return {
    index,
    errorCode: codeOf(outcome),
    baseOffset: -1n,
    logStartOffset: BigInt(outcome.logStartOffset ?? -1),
    recordErrors: (outcome.records ?? []).map((record) => ({
      batchIndex: record.index,
      batchIndexErrorMessage: record.message,
    })),
    errorMessage: outcome.detail ?? null,
  };
}

function refuseAll(request: ProduceRequest, refusal: Refusal): ProduceResponse | undefined {
  if (request.acks === ACKS_NONE) return undefined;
  return {
    responses: request.topicData.map(({ name, topicId, partitionData }) => ({
      name,
      topicId,
      partitionResponses: partitionData.map(({ index }) =>
        partitionAnswer(index, { refused: refusal.error, detail: refusal.detail })
      ),
    })),
  };
}
