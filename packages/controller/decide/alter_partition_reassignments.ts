// Replicas on other brokers, or in another order: the first of them is the preferred leader. New
// replicas are added first; those that go leave when all that stay are in sync (KIP-455).

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
import { among, asReassigned, completion, directoriesOf } from "./reassignment.ts";

type Topics = AlterPartitionReassignmentsRequest["topics"];
type Reassignment = Topics[number]["partitions"][number];
type Answer = AlterPartitionReassignmentsResponse["responses"][number];

export interface ReassignmentCommand {
  readonly topics: Topics;
  /** Whether a partition may have more or fewer replicas afterwards. */
  readonly mayChangeCount: boolean;
}

export function decideAlterPartitionReassignments(
  next: ClusterImage,
  { topics, mayChangeCount }: ReassignmentCommand,
): Decision<readonly Answer[]> {
  const records: MetadataRecordDraft[] = [];
  const reply = topics.map(({ name, partitions }) => ({
    name,
    partitions: partitions.map((one) => {
      const { partitionIndex } = one;
      try {
        const found = find(next, name, one);
        const replicas = one.replicas as NodeId[] | null;
        const change = replicas === null
          ? cancelled(next, found.partition)
          : reassigned(next, found.partition, { replicas, mayChangeCount });
        if (change !== undefined) records.push({ ...found.record, ...change });
        return { partitionIndex, errorCode: errors.NONE.code, errorMessage: null };
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        return { partitionIndex, errorCode: error.code, errorMessage: error.message };
      }
    }),
  }));
  return { records, reply };
}

function find(image: ClusterImage, name: string, { partitionIndex }: Reassignment) {
  const topic = topicNamed(image, name);
  if (topic === undefined) throw unknown(`Unable to find a topic named ${name}.`);
  const partition = topic.partitions[partitionIndex];
  if (partition === undefined) throw unknown(`Unable to find partition ${name}:${partitionIndex}.`);
  const type = "PartitionChangeRecord" as const;
  return { partition, record: { type, partitionId: partitionIndex, topicId: topic.id } };
}

function reassigned(
  image: ClusterImage,
  partition: PartitionImage,
  { replicas: target, mayChangeCount }: {
    readonly replicas: readonly NodeId[];
    readonly mayChangeCount: boolean;
  },
) {
  checkReplicas(image, [...target]);
  const { replicas, adding, removing } = partition;
  const count = replicas.length - adding.length;
  if (!mayChangeCount && target.length !== count) {
    const why = `The replication factor is ${count}, and would be ${target.length}`;
    throw new Refusal("INVALID_REPLICATION_FACTOR", why);
  }
  const going = replicas.filter((id) => !target.includes(id));
  const coming = target.filter((id) => !replicas.includes(id));
  const isSame = target.length === replicas.length && target.every((id, i) => id === replicas[i]);
  if (isSame && adding.length + removing.length === 0) return undefined;
  const all = [...target, ...going];
  const marked = { ...partition, replicas: all, adding: coming, removing: going };
  const complete = asReassigned(image, marked, partition.isr);
  if (going.length > 0 && complete !== undefined) {
    return { ...completion(partition, complete), isr: [...complete.isr] };
  }
  return {
    replicas: all,
    addingReplicas: coming,
    removingReplicas: going,
    ...directoriesOf(image, partition, all),
  };
}

/** Back to the replicas from before. Refuses if none of them is in sync. */
function cancelled(image: ClusterImage, partition: PartitionImage) {
  const { replicas, adding, removing } = partition;
  if (adding.length + removing.length === 0) throw new Refusal("NO_REASSIGNMENT_IN_PROGRESS");
  const back = among(image, partition, replicas.filter((id) => !adding.includes(id)));
  if (back.isr.length === 0) {
    const why = "None of the replicas from before is in sync: going back would lose records";
    throw new Refusal("INVALID_REPLICA_ASSIGNMENT", why);
  }
  return { ...completion(partition, back), isr: [...back.isr] };
}

function unknown(message: string): Refusal {
  return new Refusal("UNKNOWN_TOPIC_OR_PARTITION", message);
}
