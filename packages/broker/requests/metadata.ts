// Metadata: brokers, topics and leaders, from this broker's image. Rules: protocol §5.

import { type Uuid, ZERO_UUID } from "@odradek/base";
import {
  type ClusterImage,
  type PartitionImage,
  problemOfTopicName,
  type TopicImage,
  topicNamed,
} from "@odradek/metadata";
import {
  CLUSTER,
  CLUSTER_OPERATIONS,
  type ConnectionFacts,
  type Endpoint,
  endpoint,
  operationBits,
  OPERATIONS_NOT_ASKED,
  type RequestContext,
  TOPIC_OPERATIONS,
} from "@odradek/network";
import { type ErrorName, errors } from "@odradek/protocol/errors";
import {
  Metadata,
  type MetadataRequest,
  type MetadataResponse,
} from "@odradek/protocol/messages/metadata";
import { Refusal } from "@odradek/protocol/refusal";
import type { TopicCreation } from "../topic_creation.ts";
import { forwardedFor } from "./forwarded_for.ts";
import { addressOf, isAlive, liveNodes } from "./nodes.ts";
import type { Services } from "./services.ts";
import { isInternalTopic } from "./topics.ts";

type Reached =
  & Pick<Services, "image" | "hooks" | "config" | "clusterId" | "random">
  & { readonly creation: TopicCreation };
type TopicAnswer = MetadataResponse["topics"][number];
type PartitionAnswer = TopicAnswer["partitions"][number];

const TOPIC_IDS_SINCE = 12;
const LISTENER_NOT_FOUND_SINCE = 6;

export function metadataEndpoint(services: Reached): Endpoint {
  return endpoint(Metadata, {
    handle: (request, context) => handleMetadata(services, request, context),
    refuse: ({ topics }, { error }) => ({
      brokers: [],
      topics: (topics ?? []).map(({ name, topicId }) =>
        unknownTopic(error, { name: name ?? "", topicId })
      ),
      errorCode: errors[error].code,
    }),
  });
}

function handleMetadata(
  services: Reached,
  request: MetadataRequest,
  context: RequestContext,
): MetadataResponse {
  checkIds(request, context.version);
  const { hooks } = services;
  const image = services.image();
  const nodes = liveNodes(image, context.connection);
  const topics = topicsOf(services, request, { image, context });
  const mayDescribe = request.includeClusterAuthorizedOperations;
  return {
    brokers: nodes,
    clusterId: services.clusterId,
    // Any broker hands on what is for the controller.
    controllerId: nodes[services.random.below(Math.max(1, nodes.length))]?.nodeId ?? -1,
    topics: topics.map((topic) => ({
      ...topic,
      topicAuthorizedOperations: operationsOn(topic, request, { services, context }),
    })),
    ...(mayDescribe
      ? {
        clusterAuthorizedOperations: operationBits(
          CLUSTER_OPERATIONS,
          (operation) => hooks.authorize(context, operation, CLUSTER),
        ),
      }
      : {}),
  };
}

/** A topic has a name or an id. Versions 10 and 11 have room for ids, but may not use it. */
function checkIds({ topics }: MetadataRequest, version: number): void {
  for (const { name, topicId } of topics ?? []) {
    if (version >= TOPIC_IDS_SINCE) {
      // Kafka's brokers fail over it, too.
      if (name === null && topicId === ZERO_UUID) throw new Refusal("UNKNOWN_SERVER_ERROR");
      continue;
    }
    if (name === null || topicId !== ZERO_UUID) {
      throw new Refusal("INVALID_REQUEST", `Version ${version} names topics by name`);
    }
  }
}

interface Given {
  readonly image: ClusterImage;
  readonly context: RequestContext;
}

function topicsOf(services: Reached, request: MetadataRequest, given: Given): TopicAnswer[] {
  const { image, context } = given;
  const mayDescribe = (name: string): boolean =>
    services.hooks.authorize(context, "Describe", { type: "Topic", name });
  const isAll = request.topics === null || (context.version === 0 && request.topics.length === 0);
  if (isAll) {
    return [...image.topics.values()].filter(({ name }) => mayDescribe(name))
      .sort((a, b) => (a.name < b.name ? -1 : 1)).map((topic) => known(topic, given));
  }
  const asked = request.topics ?? [];
  const ids = [...new Set(asked.map(({ topicId }) => topicId))].filter((id) => id !== ZERO_UUID);
  // Where ids are there, names are not looked at.
  if (ids.length > 0) return ids.map((id) => byId(id, mayDescribe, given));
  const names = new Set(asked.map(({ name }) => name).filter((name) => name !== null));
  return [...names].map((name) => {
    const topic = topicNamed(image, name);
    if (topic !== undefined && mayDescribe(name)) return known(topic, given);
    if (!mayDescribe(name)) return unknownTopic("TOPIC_AUTHORIZATION_FAILED", { name });
    return missing(services, request, { name, context });
  });
}

function byId(id: Uuid, mayDescribe: (name: string) => boolean, given: Given): TopicAnswer {
  const topic = given.image.topics.get(id);
  if (topic === undefined || !mayDescribe(topic.name)) {
    return unknownTopic("UNKNOWN_TOPIC_ID", { name: null, topicId: id });
  }
  return known(topic, given);
}

/** A topic that is not there: perhaps it is made, for the next time that the client asks. */
function missing(
  { config, creation }: Reached,
  { allowAutoTopicCreation }: MetadataRequest,
  { name, context }: { readonly name: string; readonly context: RequestContext },
): TopicAnswer {
  if (problemOfTopicName(name) !== undefined) {
    return unknownTopic("INVALID_TOPIC_EXCEPTION", { name });
  }
  if (allowAutoTopicCreation && config.value("auto.create.topics.enable")) {
    creation.want(name, forwardedFor(context));
  }
  return unknownTopic("UNKNOWN_TOPIC_OR_PARTITION", { name });
}

function known(topic: TopicImage, { image, context }: Given): TopicAnswer {
  return {
    errorCode: errors.NONE.code,
    name: topic.name,
    topicId: topic.id,
    isInternal: isInternalTopic(topic.name),
    partitions: topic.partitions.map((partition) => partitionAnswer(partition, image, context)),
  };
}

function partitionAnswer(
  partition: PartitionImage,
  image: ClusterImage,
  { version, connection }: RequestContext,
): PartitionAnswer {
  return {
    errorCode: errors[partitionError(partition, image, { version, connection })].code,
    partitionIndex: partition.partition,
    leaderId: isAlive(image, partition.leader) ? partition.leader : -1,
    leaderEpoch: partition.leaderEpoch,
    replicaNodes: [...partition.replicas],
    isrNodes: [...partition.isr],
    offlineReplicas: partition.replicas.filter((id) => !isAlive(image, id)),
  };
}

function partitionError(
  { leader, replicas }: PartitionImage,
  image: ClusterImage,
  { version, connection }: { readonly version: number; readonly connection: ConnectionFacts },
): ErrorName {
  if (!isAlive(image, leader)) return "LEADER_NOT_AVAILABLE";
  if (addressOf(image, leader, connection) === undefined) {
    return version >= LISTENER_NOT_FOUND_SINCE ? "LISTENER_NOT_FOUND" : "LEADER_NOT_AVAILABLE";
  }
  // Only the oldest clients want to know that of replicas.
  const isMissing = version === 0 && replicas.some((id) => !isAlive(image, id));
  return isMissing ? "REPLICA_NOT_AVAILABLE" : "NONE";
}

function unknownTopic(
  error: ErrorName,
  { name, topicId = ZERO_UUID }: { readonly name: string | null; readonly topicId?: Uuid },
): TopicAnswer {
  const isInternal = name !== null && isInternalTopic(name);
  return { errorCode: errors[error].code, name, topicId, isInternal, partitions: [] };
}

function operationsOn(
  { name, errorCode }: TopicAnswer,
  { includeTopicAuthorizedOperations }: MetadataRequest,
  { services, context }: { readonly services: Reached; readonly context: RequestContext },
): number {
  if (!includeTopicAuthorizedOperations || name === null || errorCode !== errors.NONE.code) {
    return OPERATIONS_NOT_ASKED;
  }
  return operationBits(
    TOPIC_OPERATIONS,
    (operation) => services.hooks.authorize(context, operation, { type: "Topic", name }),
  );
}
