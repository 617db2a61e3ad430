// Topics get more partitions; those that are there stay as they are.

import type { NodeId } from "@odradek/base";
import { type ClusterImage, type TopicImage, topicNamed } from "@odradek/metadata";
import { errors } from "@odradek/protocol/errors";
import type {
  CreatePartitionsRequest,
  CreatePartitionsResponse,
} from "@odradek/protocol/messages/create_partitions";
import { Refusal } from "@odradek/protocol/refusal";
import type { MetadataRecordDraft } from "@odradek/protocol/schemas/metadata/mod";
import { placeReplicas } from "../placement.ts";
import { BATCH_RECORDS_MAX, type Circumstances, type Decision } from "./decision.ts";
import { checkAssignments } from "./manual_assignment.ts";
import { newPartitionRecord, placeableBrokers } from "./new_partitions.ts";

type Requested = CreatePartitionsRequest["topics"][number];
type Enlarged = CreatePartitionsResponse["results"][number];

export interface CreatePartitionsCommand {
  readonly request: CreatePartitionsRequest;
  /** Whether the requester may alter a topic of this name. */
  readonly mayAlter: (name: string) => boolean;
}

export function decideCreatePartitions(
  next: ClusterImage,
  { request, mayAlter }: CreatePartitionsCommand,
  circumstances: Circumstances,
): Decision<readonly Enlarged[]> {
  const records: MetadataRecordDraft[] = [];
  const named = Map.groupBy(request.topics, ({ name }) => name);
  const reply = [...named].map(([name, [topic, ...more]]): Enlarged => {
    try {
      if (!mayAlter(name)) throw new Refusal("TOPIC_AUTHORIZATION_FAILED");
      if (topic === undefined || more.length > 0) {
        throw new Refusal("INVALID_REQUEST", "Duplicate topic name.");
      }
      const made = enlarge(next, topic, circumstances);
      if (!request.validateOnly) records.push(...made);
      return { name, errorCode: errors.NONE.code, errorMessage: null };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return refusedEnlargement(name, error);
    }
  });
  if (records.length > BATCH_RECORDS_MAX) {
    throw new Refusal("POLICY_VIOLATION", "Unable to perform excessively large batch operation.");
  }
  return { records, reply };
}

export function refusedEnlargement(name: string, { code, message }: Refusal): Enlarged {
  return { name, errorCode: code, errorMessage: message };
}

function enlarge(
  image: ClusterImage,
  requested: Requested,
  circumstances: Circumstances,
): MetadataRecordDraft[] {
  const topic = topicNamed(image, requested.name);
  if (topic === undefined) {
    const message = `The topic '${requested.name}' does not exist.`;
    throw new Refusal("UNKNOWN_TOPIC_OR_PARTITION", message);
  }
  const additional = countOfNew(topic, requested);
  return replicasOfNew(image, topic, { requested, additional, circumstances }).map((replicas, i) =>
    newPartitionRecord(image, {
      topicId: topic.id,
      partitionId: topic.partitions.length + i,
      replicas,
    })
  );
}

function countOfNew({ name, partitions }: TopicImage, { count }: Requested): number {
  const present = partitions.length;
  if (count === present) {
    throw new Refusal("INVALID_PARTITIONS", `Topic already has ${present} partition(s).`);
  }
  if (count < present) {
    const what = `The topic ${name} currently has ${present} partition(s)`;
    throw new Refusal("INVALID_PARTITIONS", `${what}; ${count} would not be an increase.`);
  }
  if (count - present > BATCH_RECORDS_MAX) {
    const message = "Excessively large number of partitions per request.";
    throw new Refusal("POLICY_VIOLATION", message);
  }
  return count - present;
}

function replicasOfNew(
  image: ClusterImage,
  { partitions }: TopicImage,
  { requested: { assignments }, additional, circumstances }: {
    readonly requested: Requested;
    readonly additional: number;
    readonly circumstances: Circumstances;
  },
): readonly (readonly NodeId[])[] {
  const replicationFactor = partitions[0]?.replicas.length ?? 1;
  if (assignments === null) {
    const brokers = placeableBrokers(image);
    const request = { brokers, partitions: additional, replicationFactor };
    return placeReplicas(request, circumstances.random);
  }
  if (assignments.length !== additional) {
    const what = `Attempted to add ${additional} additional partition(s)`;
    const why = `${what}, but only ${assignments.length} assignment(s) were specified.`;
    throw new Refusal("INVALID_REPLICA_ASSIGNMENT", why);
  }
  const replicas = assignments.map(({ brokerIds }) => brokerIds as NodeId[]);
  checkAssignments(image, replicas, {
    firstPartition: partitions.length,
    replicationFactor,
  });
  return replicas;
}
