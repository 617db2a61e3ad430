// Replicas in another order: the first of them is the preferred leader. Moves to other brokers need
// replication, and are refused until it is there.

import type { NodeId } from "@odradek/base";
import { type ClusterImage, type PartitionImage, topicNamed } from "@odradek/metadata";
import { errors } from "@odradek/protocol/errors";
import type {
  AlterPartitionReassignmentsRequest,
  AlterPartitionReassignmentsResponse,
} from "@odradek/protocol/messages/alter_partition_reassignments";
import { Refusal } from "@odradek/protocol/refusal";
import type { MetadataRecordDraft } from "@odradek/protocol/schemas/metadata/mod";
import type { Decision } from "./decision.ts";
import { checkReplicas } from "./manual_assignment.ts";

type Topics = AlterPartitionReassignmentsRequest["topics"];
type Reassignment = Topics[number]["partitions"][number];
type Answer = AlterPartitionReassignmentsResponse["responses"][number];

export function decideAlterPartitionReassignments(
  next: ClusterImage,
  topics: Topics,
): Decision<readonly Answer[]> {
  const records: MetadataRecordDraft[] = [];
  const reply = topics.map(({ name, partitions }) => ({
    name,
    partitions: partitions.map((one) => {
      const { partitionIndex } = one;
      try {
        records.push(...reordered(next, name, one));
        return { partitionIndex, errorCode: errors.NONE.code, errorMessage: null };
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        return { partitionIndex, errorCode: error.code, errorMessage: error.message };
      }
    }),
  }));
  return { records, reply };
}

function reordered(
  image: ClusterImage,
  name: string,
  { partitionIndex, replicas: wanted }: Reassignment,
): MetadataRecordDraft[] {
  const topic = topicNamed(image, name);
  if (topic === undefined) throw unknown(`Unable to find a topic named ${name}.`);
  const partition = topic.partitions[partitionIndex];
  if (partition === undefined) throw unknown(`Unable to find partition ${name}:${partitionIndex}.`);
  if (wanted === null) throw new Refusal("NO_REASSIGNMENT_IN_PROGRESS");
  const replicas = wanted as NodeId[];
  checkReplicas(image, replicas);
  if (!hasSame(replicas, partition)) {
    const why = "Replicas cannot be moved to other brokers yet: only their order can change";
    throw new Refusal("INVALID_REPLICA_ASSIGNMENT", why);
  }
  if (replicas.every((id, i) => id === partition.replicas[i])) return [];
  const directoryOf = (id: NodeId) => partition.directories[partition.replicas.indexOf(id)];
  const directories = replicas.map(directoryOf).filter((id) => id !== undefined);
  return [{
    type: "PartitionChangeRecord",
    partitionId: partitionIndex,
    topicId: topic.id,
    replicas: [...replicas],
    ...(directories.length === replicas.length ? { directories } : {}),
  }];
}

function hasSame(wanted: readonly NodeId[], { replicas }: PartitionImage): boolean {
  return wanted.length === replicas.length && wanted.every((id) => replicas.includes(id));
}

function unknown(message: string): Refusal {
  return new Refusal("UNKNOWN_TOPIC_OR_PARTITION", message);
}
