// OffsetFetch: what groups have committed. One group up to version 7, any number since.

import { type Uuid, ZERO_UUID } from "@odradek/base";
import { topicNamed } from "@odradek/metadata";
import { type Endpoint, endpoint, type RequestContext } from "@odradek/network";
import { type ErrorName, errors } from "@odradek/protocol/errors";
import {
  OffsetFetch,
  type OffsetFetchRequest,
  type OffsetFetchResponse,
} from "@odradek/protocol/messages/offset_fetch";
import { Refusal } from "@odradek/protocol/refusal";
import type { FetchedReply } from "../groups/commands.ts";
import { authorizeGroup, type ReachesGroups } from "./group_requests.ts";
import type { Services } from "./services.ts";
import { topicById } from "./topics.ts";

type Reached = ReachesGroups & Pick<Services, "image">;
type GroupAnswer = NonNullable<OffsetFetchResponse["groups"]>[number];
type TopicAnswer = GroupAnswer["topics"][number];

const SEVERAL_SINCE = 8;
/** Before, what concerned the group was told for each partition. */
const GROUP_ERROR_SINCE = 2;
/** From here on a request names topics by id (KIP-516). */
const BY_ID_SINCE = 10;

/** As all versions ask for one group. */
interface Asked {
  readonly groupId: string;
  /** Undefined: all. */
  readonly topics: readonly AskedTopic[] | undefined;
  readonly requireStable: boolean;
}

interface AskedTopic {
  readonly name: string;
  readonly topicId: Uuid;
  readonly partitionIndexes: readonly number[];
}

export function offsetFetchEndpoint(services: Reached): Endpoint {
  return endpoint(OffsetFetch, {
    handle: (request, context) => handleOffsetFetch(services, request, context),
    // What is refused is refused for a group; for the whole there is no answer of its own.
    refuse: (request, { error }) => {
      const groups = askedGroups(request, SEVERAL_SINCE).map((group) => refused(group, error));
      return { ...single(groups[0] ?? refused(NOBODY, error)), groups };
    },
  });
}

async function handleOffsetFetch(
  services: Reached,
  request: OffsetFetchRequest,
  context: RequestContext,
): Promise<OffsetFetchResponse> {
  const { version } = context;
  const asked = askedGroups(request, version);
  const groups = await Promise.all(asked.map((group) => fetchGroup(services, context, group)));
  if (version >= SEVERAL_SINCE) return { groups };
  const [only = refused(NOBODY, "UNKNOWN_SERVER_ERROR")] = groups;
  return version >= GROUP_ERROR_SINCE ? single(only) : spread(only, asked[0] ?? NOBODY);
}

const NOBODY: Asked = { groupId: "", topics: undefined, requireStable: false };

function askedGroups(request: OffsetFetchRequest, version: number): Asked[] {
  const { requireStable } = request;
  if (version >= SEVERAL_SINCE) {
    return request.groups.map(({ groupId, topics }) => ({
      groupId,
      topics: topics ?? undefined,
      requireStable,
    }));
  }
  const topics = request.topics?.map((topic) => ({ ...topic, topicId: ZERO_UUID }));
  return [{ groupId: request.groupId, topics, requireStable }];
}

async function fetchGroup(
  services: Reached,
  context: RequestContext,
  asked: Asked,
): Promise<GroupAnswer> {
  const { groupId, topics, requireStable } = asked;
  try {
    authorizeGroup(services, context, { operation: "Describe", groupId });
    const parts = topics?.map((topic) => resolve(services, context, topic));
    const command = {
      type: "fetchOffsets",
      groupId,
      topics: parts?.flatMap(({ wanted }) => (wanted === undefined ? [] : [wanted])),
      requireStable,
    } as const;
    const { groups } = services;
    const fetched = requireStable
      ? await groups.ask(groupId, command)
      : await groups.query(groupId, command);
    if (parts === undefined) return found(groupId, everything(services, context, fetched));
    let next = 0;
    const answers = parts.map(({ failed, topic }) => {
      const one = failed === undefined ? fetched.topics[next++] : undefined;
      return one === undefined ? failedTopic(topic, failed ?? "NONE") : topicAnswer(one);
    });
    return found(groupId, answers);
  } catch (error) {
    if (error instanceof Refusal) return refused(asked, toldAs(error.error));
    throw error;
  }
}

/** Consumers before 3.9 do not know the other error here (KAFKA-17507). */
function toldAs(error: ErrorName): ErrorName {
  return error === "COORDINATOR_NOT_AVAILABLE" ? "NOT_COORDINATOR" : error;
}

/** A topic as the group knows it, or why it is not told. */
function resolve({ image, hooks }: Reached, context: RequestContext, topic: AskedTopic) {
  try {
    const named = context.version >= BY_ID_SINCE
      ? topicById(image(), topic.topicId)
      : topicNamed(image(), topic.name);
    const name = named?.name ?? topic.name;
    if (!hooks.authorize(context, "Describe", { type: "Topic", name })) {
      throw new Refusal("TOPIC_AUTHORIZATION_FAILED");
    }
    const topicId = named?.id ?? ZERO_UUID;
    const wanted = { topic: name, topicId, partitions: topic.partitionIndexes };
    return { topic, wanted, failed: undefined };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { topic, wanted: undefined, failed: error.error };
  }
}

/** Nobody hears of topics that he may not see, or of offsets of a topic that is another one now. */
function everything(
  { image, hooks }: Reached,
  context: RequestContext,
  { topics }: FetchedReply,
): TopicAnswer[] {
  return topics.flatMap((one) => {
    const { topic: name, topicId } = one;
    if (!hooks.authorize(context, "Describe", { type: "Topic", name })) return [];
    const id = topicNamed(image(), name)?.id;
    if (id === undefined) return context.version >= BY_ID_SINCE ? [] : [topicAnswer(one)];
    if (topicId !== ZERO_UUID && topicId !== id) return [];
    return [topicAnswer({ ...one, topicId: id })];
  });
}

function topicAnswer({ topic, topicId, partitions }: FetchedReply["topics"][number]): TopicAnswer {
  return {
    name: topic,
    topicId,
    partitions: partitions.map(({ partition, offset, leaderEpoch, metadata, error }) => ({
      partitionIndex: partition,
      committedOffset: offset,
      committedLeaderEpoch: leaderEpoch,
      metadata,
      errorCode: errors[error].code,
    })),
  };
}

function failedTopic({ name, topicId, partitionIndexes }: AskedTopic, error: ErrorName) {
  return {
    name,
    topicId,
    partitions: partitionIndexes.map((partitionIndex) => ({
      partitionIndex,
      committedOffset: -1n,
      committedLeaderEpoch: -1,
      metadata: "",
      errorCode: errors[error].code,
    })),
  };
}

function found(groupId: string, topics: readonly TopicAnswer[]): GroupAnswer {
  return { groupId, topics, errorCode: errors.NONE.code };
}

function refused({ groupId }: Asked, error: ErrorName): GroupAnswer {
  return { groupId, topics: [], errorCode: errors[error].code };
}

function single({ topics, errorCode }: GroupAnswer): OffsetFetchResponse {
  const named = topics.map(({ name = "", partitions }) => ({ name, partitions }));
  return { topics: named, errorCode: errorCode ?? errors.NONE.code };
}

/** As the first versions have it: with an error, each partition that was asked for tells it. */
function spread(group: GroupAnswer, { topics = [] }: Asked): OffsetFetchResponse {
  const answer = single(group);
  if (answer.errorCode === errors.NONE.code) return answer;
  const failed = topics.map((topic) => failedTopic(topic, "NONE")).map(({ name, partitions }) => ({
    name,
    partitions: partitions.map((one) => ({ ...one, errorCode: answer.errorCode ?? 0 })),
  }));
  return { topics: failed };
}
