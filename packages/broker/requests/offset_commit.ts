// OffsetCommit: each partition is judged for itself, then the group's coordinator keeps what is
// left.

import { type Uuid } from "@odradek/base";
import { type TopicImage } from "@odradek/metadata";
import { type Endpoint, endpoint, type RequestContext } from "@odradek/network";
import { type ErrorName, errors } from "@odradek/protocol/errors";
import {
  OffsetCommit,
  type OffsetCommitRequest,
  type OffsetCommitResponse,
} from "@odradek/protocol/messages/offset_commit";
import { Refusal } from "@odradek/protocol/refusal";
import type { OffsetToCommit } from "../groups/commands.ts";
import { refusedBy } from "../partitions/refused.ts";
import { authorizeGroup, type ReachesGroups } from "./group_requests.ts";
import { perTopic } from "./per_partition.ts";
import type { Services } from "./services.ts";
import { checkPartition, topicById, topicByName } from "./topics.ts";

type Reached = ReachesGroups & Pick<Services, "image">;
type Topic = OffsetCommitRequest["topics"][number];
type Partition = Topic["partitions"][number];

/** From here on a request names topics by id (KIP-516). */
const BY_ID_SINCE = 10;

export function offsetCommitEndpoint(services: Reached): Endpoint {
  return endpoint(OffsetCommit, {
    handle: (request, context) => handleOffsetCommit(services, request, context),
    refuse: (request, { error }) => answer(request, () => error),
  });
}

/** One partition of the request, and what becomes of it. */
interface Part {
  readonly topic: Topic;
  readonly partition: Partition;
  error: ErrorName | undefined;
  offset: OffsetToCommit | undefined;
}

async function handleOffsetCommit(
  services: Reached,
  request: OffsetCommitRequest,
  context: RequestContext,
): Promise<OffsetCommitResponse> {
  const { groupId } = request;
  authorizeGroup(services, context, { operation: "Read", groupId });
  const parts = request.topics.flatMap((topic) =>
    topic.partitions.map((partition) => prepared(services, context, { topic, partition }))
  );
  await commit(services, request, { parts, version: context.version });
  let next = 0;
  return answer(request, () => parts[next++]?.error ?? "NONE");
}

function prepared(
  services: Reached,
  context: RequestContext,
  { topic, partition }: Pick<Part, "topic" | "partition">,
): Part {
  try {
    const found = committable(services, context, topic);
    checkPartition(found, partition.partitionIndex);
    const offset = offsetOf(found, partition);
    return { topic, partition, error: undefined, offset };
  } catch (error) {
    return { topic, partition, error: refusedBy(error).refused, offset: undefined };
  }
}

function committable(
  { image, hooks }: Reached,
  context: RequestContext,
  { name, topicId }: Topic,
): TopicImage {
  const byId = context.version >= BY_ID_SINCE ? topicById(image(), topicId) : undefined;
  const resource = { type: "Topic", name: byId?.name ?? name } as const;
  if (!hooks.authorize(context, "Read", resource)) throw new Refusal("TOPIC_AUTHORIZATION_FAILED");
  return byId ?? topicByName(image(), name);
}

function offsetOf(
  { id, name }: { readonly id: Uuid; readonly name: string },
  { partitionIndex, committedOffset, committedLeaderEpoch, committedMetadata }: Partition,
): OffsetToCommit {
  return {
    topic: name,
    topicId: id,
    partition: partitionIndex,
    offset: committedOffset,
    leaderEpoch: committedLeaderEpoch,
    metadata: committedMetadata ?? "",
  };
}

/** What the group refuses, it refuses for all that is left. */
async function commit(
  { groups }: Reached,
  request: OffsetCommitRequest,
  { parts, version }: { readonly parts: readonly Part[]; readonly version: number },
): Promise<void> {
  const left = parts.filter(({ offset }) => offset !== undefined);
  if (left.length === 0) return;
  const { groupId, memberId, groupInstanceId, generationIdOrMemberEpoch } = request;
  try {
    const { errors: outcomes } = await groups.ask(groupId, {
      type: "commitOffsets",
      groupId,
      memberId,
      instanceId: groupInstanceId,
      generation: generationIdOrMemberEpoch,
      retentionMs: request.retentionTimeMs,
      version,
      offsets: left.flatMap(({ offset }) => (offset === undefined ? [] : [offset])),
    });
    left.forEach((part, i) => (part.error = outcomes[i]));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    for (const part of left) part.error = error.error;
  }
}

/** `errorOf` is asked for each partition, in order. Topics without any are not told. */
function answer(
  request: OffsetCommitRequest,
  errorOf: () => ErrorName,
): OffsetCommitResponse {
  const topics = request.topics.filter(({ partitions }) => partitions.length > 0);
  const answers = topics.flatMap(({ partitions }) =>
    partitions.map(({ partitionIndex }) => ({ partitionIndex, errorCode: errors[errorOf()].code }))
  );
  const byTopic = perTopic(topics, ({ partitions }) => partitions.length, answers);
  return {
    topics: byTopic.map(([{ name, topicId }, partitions]) => ({ name, topicId, partitions })),
  };
}
