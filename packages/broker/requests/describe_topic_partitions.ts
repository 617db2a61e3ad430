// DescribeTopicPartitions: topics page by page (KIP-966).

import { ZERO_UUID } from "@odradek/base";
import {
  type ClusterImage,
  type PartitionImage,
  problemOfTopicName,
  type TopicImage,
  topicNamed,
} from "@odradek/metadata";
import {
  type Endpoint,
  endpoint,
  operationBits,
  type RequestContext,
  TOPIC_OPERATIONS,
} from "@odradek/network";
import { type ErrorName, errors } from "@odradek/protocol/errors";
import {
  DescribeTopicPartitions,
  type DescribeTopicPartitionsRequest,
  type DescribeTopicPartitionsResponse,
} from "@odradek/protocol/messages/describe_topic_partitions";
import { Refusal } from "@odradek/protocol/refusal";
import { isAlive } from "./nodes.ts";
import type { Services } from "./services.ts";
import { isInternalTopic } from "./topics.ts";

type Reached = Pick<Services, "image" | "hooks" | "config">;
type TopicAnswer = DescribeTopicPartitionsResponse["topics"][number];
type PartitionAnswer = TopicAnswer["partitions"][number];

export function describeTopicPartitionsEndpoint(services: Reached): Endpoint {
  return endpoint(DescribeTopicPartitions, {
    handle: (request, context) => handleDescribeTopicPartitions(services, request, context),
    refuse: ({ topics }, { error }) => ({
      topics: topics.map(({ name }) => unknownTopic(name, error)),
    }),
  });
}

function handleDescribeTopicPartitions(
  services: Reached,
  request: DescribeTopicPartitionsRequest,
  context: RequestContext,
): DescribeTopicPartitionsResponse {
  const { hooks, config } = services;
  const image = services.image();
  const names = namesOf(image, request);
  const isAll = request.topics.length === 0;
  const mayDescribe = (name: string): boolean =>
    hooks.authorize(context, "Describe", { type: "Topic", name });
  const pageMax = config.value("max.request.partition.size.limit");
  let room = Math.max(1, Math.min(pageMax, request.responsePartitionLimit));
  const topics: TopicAnswer[] = [];
  for (const name of names) {
    if (!mayDescribe(name)) {
      if (!isAll) topics.push(unknownTopic(name, "TOPIC_AUTHORIZATION_FAILED"));
      continue;
    }
    const topic = topicNamed(image, name);
    if (topic === undefined) {
      const topicAuthorizedOperations = operationsOn(services, name, context);
      topics.push({ ...unknownTopic(name, errorOfMissing(name)), topicAuthorizedOperations });
      continue;
    }
    if (room === 0) return { topics, nextCursor: { topicName: name, partitionIndex: 0 } };
    const start = request.cursor?.topicName === name ? request.cursor.partitionIndex : 0;
    const page = topic.partitions.slice(start, start + room);
    topics.push(topicAnswer(services, topic, { page, image, context }));
    room -= page.length;
    const next = start + page.length;
    if (next < topic.partitions.length) {
      return { topics, nextCursor: { topicName: name, partitionIndex: next } };
    }
  }
  return { topics, nextCursor: null };
}

/** From the cursor on, in order, each once. */
function namesOf(
  image: ClusterImage,
  { topics, cursor }: DescribeTopicPartitionsRequest,
): string[] {
  const isAll = topics.length === 0;
  const all = isAll ? [...image.topicIds].map(([name]) => name) : topics.map(({ name }) => name);
  const from = cursor?.topicName ?? "";
  const names = [...new Set(all)].filter((name) => name >= from).sort();
  if (cursor !== null && !isAll && !names.includes(from)) {
    throw new Refusal("INVALID_REQUEST", `The cursor's topic ${from} is not among the topics`);
  }
  if (cursor !== null && cursor.partitionIndex < 0) {
    throw new Refusal("INVALID_REQUEST", "The cursor's partition is negative");
  }
  return names;
}

function operationsOn({ hooks }: Reached, name: string, context: RequestContext): number {
  return operationBits(
    TOPIC_OPERATIONS,
    (operation) => hooks.authorize(context, operation, { type: "Topic", name }),
  );
}

function topicAnswer(
  services: Reached,
  topic: TopicImage,
  { page, image, context }: {
    readonly page: readonly PartitionImage[];
    readonly image: ClusterImage;
    readonly context: RequestContext;
  },
): TopicAnswer {
  return {
    errorCode: errors.NONE.code,
    name: topic.name,
    topicId: topic.id,
    isInternal: isInternalTopic(topic.name),
    partitions: page.map((partition) => partitionAnswer(partition, image)),
    topicAuthorizedOperations: operationsOn(services, topic.name, context),
  };
}

function partitionAnswer(partition: PartitionImage, image: ClusterImage): PartitionAnswer {
  const hasLeader = isAlive(image, partition.leader);
  return {
    errorCode: errors[hasLeader ? "NONE" : "LEADER_NOT_AVAILABLE"].code,
    partitionIndex: partition.partition,
    leaderId: hasLeader ? partition.leader : -1,
    leaderEpoch: partition.leaderEpoch,
    replicaNodes: [...partition.replicas],
    isrNodes: [...partition.isr],
    eligibleLeaderReplicas: [...partition.eligibleLeaderReplicas],
    lastKnownElr: [...partition.lastKnownElr],
    offlineReplicas: partition.replicas.filter((id) => !isAlive(image, id)),
  };
}

function errorOfMissing(name: string): ErrorName {
  return problemOfTopicName(name) === undefined
    ? "UNKNOWN_TOPIC_OR_PARTITION"
    : "INVALID_TOPIC_EXCEPTION";
}

function unknownTopic(name: string, error: ErrorName): TopicAnswer {
  return {
    errorCode: errors[error].code,
    name,
    topicId: ZERO_UUID,
    isInternal: isInternalTopic(name),
    partitions: [],
  };
}
