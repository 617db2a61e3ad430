// New topics: each is judged for itself, in the order of the request, and one that is refused does
// not keep the others from being made.

import { METADATA_TOPIC, type NodeId, randomUuid, ZERO_UUID } from "@odradek/base";
import {
  applyRecord,
  type ClusterImage,
  collidingTopic,
  CONFIG_RESOURCE,
  problemOfTopicName,
  recordVersion,
} from "@odradek/metadata";
import { describeNewTopic, validateTopicConfigs } from "@odradek/metadata/configs/mod";
import type {
  CreateTopicsRequest,
  CreateTopicsResponse,
} from "@odradek/protocol/messages/create_topics";
import { errors } from "@odradek/protocol/errors";
import { Refusal } from "@odradek/protocol/refusal";
import type { MetadataRecord, MetadataRecordDraft } from "@odradek/protocol/schemas/metadata/mod";
import { placeReplicas } from "../placement.ts";
import { BATCH_RECORDS_MAX, type Circumstances, type Decision } from "./decision.ts";
import { assignedReplicas } from "./manual_assignment.ts";
import { newPartitionRecord, placeableBrokers } from "./new_partitions.ts";

type Requested = CreateTopicsRequest["topics"][number];
type Created = CreateTopicsResponse["topics"][number];

export interface CreateTopicsCommand {
  readonly request: CreateTopicsRequest;
  /** Names that the requester may not create, and why. */
  readonly refused: ReadonlyMap<string, Refusal>;
}

export function decideCreateTopics(
  next: ClusterImage,
  { request, refused }: CreateTopicsCommand,
  circumstances: Circumstances,
): Decision<readonly Created[]> {
  const times = Map.groupBy(request.topics, ({ name }) => name);
  // One for each name: a name that is there twice is refused once.
  const topics = [...times.values()].flatMap(([first]) => first ?? []);
  checkTotal(topics, circumstances);
  const records: MetadataRecordDraft[] = [];
  const reply: Created[] = [];
  let image = next;
  for (const topic of topics) {
    try {
      const refusal = refused.get(topic.name);
      if (refusal !== undefined) throw refusal;
      if ((times.get(topic.name)?.length ?? 0) > 1) {
        throw new Refusal("INVALID_REQUEST", "Duplicate topic name.");
      }
      checkName(image, topic.name);
      const made = makeTopic(image, topic, circumstances);
      reply.push(made.reply);
      if (request.validateOnly) continue;
      records.push(...made.records);
      for (const record of made.records) image = applyRecord(image, complete(record, image));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      reply.push(refusedTopic(topic.name, error));
    }
  }
  if (records.length > BATCH_RECORDS_MAX) {
    throw new Refusal("POLICY_VIOLATION", "Unable to perform excessively large batch operation.");
  }
  return { records, reply };
}

export function refusedTopic(name: string, { code, message }: Refusal): Created {
  return { name, topicId: ZERO_UUID, errorCode: code, errorMessage: message, configs: [] };
}

/** Before anything is made of the numbers, which may be any. */
function checkTotal(topics: readonly Requested[], { config }: Circumstances): void {
  const total = topics.reduce((sum, { assignments, numPartitions }) => {
    if (assignments.length > 0) return sum + assignments.length;
    const isDefault = numPartitions === -1;
    return sum + (isDefault ? config.value("num.partitions") : Math.max(0, numPartitions));
  }, 0);
  if (total <= BATCH_RECORDS_MAX) return;
  const message = "Excessively large number of partitions per request.";
  throw new Refusal("POLICY_VIOLATION", message);
}

function checkName(image: ClusterImage, name: string): void {
  if (name === METADATA_TOPIC) {
    throw new Refusal("INVALID_REQUEST", `Creation of internal topic ${name} is prohibited.`);
  }
  const problem = problemOfTopicName(name);
  if (problem !== undefined) {
    throw new Refusal("INVALID_TOPIC_EXCEPTION", `Topic name is invalid: ${problem}`);
  }
  const colliding = collidingTopic(image, name);
  if (colliding !== undefined) {
    throw new Refusal(
      "INVALID_TOPIC_EXCEPTION",
      `Topic '${name}' collides with existing topic: ${colliding}`,
    );
  }
  if (image.topicIds.has(name)) {
    throw new Refusal("TOPIC_ALREADY_EXISTS", `Topic '${name}' already exists.`);
  }
}

function makeTopic(
  image: ClusterImage,
  topic: Requested,
  circumstances: Circumstances,
): { records: MetadataRecordDraft[]; reply: Created } {
  const settings = new Map(topic.configs.map(({ name, value }) => [name, value]));
  const refused = validateTopicConfigs(settings, circumstances.config);
  if (refused !== undefined) throw new Refusal(refused.error, refused.message);
  const replicas = topic.assignments.length > 0
    ? assignedReplicas(image, topic)
    : placedReplicas(image, topic, circumstances);
  const topicId = randomUuid(circumstances.random);
  const records: MetadataRecordDraft[] = [
    { type: "TopicRecord", name: topic.name, topicId },
    ...[...settings].map(([name, value]): MetadataRecordDraft => ({
      type: "ConfigRecord",
      resourceType: CONFIG_RESOURCE.topic,
      resourceName: topic.name,
      name,
      value,
    })),
    ...replicas.map((ids, partitionId) =>
      newPartitionRecord(image, { topicId, partitionId, replicas: ids })
    ),
  ];
  const reply = {
    name: topic.name,
    topicId,
    errorCode: errors.NONE.code,
    errorMessage: null,
    numPartitions: replicas.length,
    replicationFactor: replicas[0]?.length ?? 0,
    configs: describeNewTopic(settings as Map<string, string>, circumstances.config).map((one) => ({
      name: one.name,
      value: one.value,
      readOnly: one.readOnly,
      configSource: one.source,
      isSensitive: one.sensitive,
    })),
  };
  return { records, reply };
}

function placedReplicas(
  image: ClusterImage,
  { numPartitions, replicationFactor }: Requested,
  { config, random }: Circumstances,
): NodeId[][] {
  if (replicationFactor < -1 || replicationFactor === 0) {
    throw new Refusal(
      "INVALID_REPLICATION_FACTOR",
      "Replication factor must be larger than 0, or -1 to use the default value.",
    );
  }
  if (numPartitions < -1 || numPartitions === 0) {
    throw new Refusal(
      "INVALID_PARTITIONS",
      "Number of partitions was set to an invalid non-positive value.",
    );
  }
  return placeReplicas({
    brokers: placeableBrokers(image),
    partitions: numPartitions < 0 ? config.value("num.partitions") : numPartitions,
    replicationFactor: replicationFactor < 0
      ? config.value("default.replication.factor")
      : replicationFactor,
  }, random);
}

/** A draft as its reader will see it. */
function complete(draft: MetadataRecordDraft, image: ClusterImage): MetadataRecord {
  return { version: recordVersion(draft.type, image), ...draft } as MetadataRecord;
}
