// Replicas on other brokers, or in another order: the first of them is the preferred leader. New
// replicas are added first; those that go leave when all that stay are in sync (KIP-455).

import type { NodeId } from "@odradek/base";
import {
  type ClusterImage,
  type PartitionImage,
  type TopicImage,
  topicNamed,
} from "@odradek/metadata";
import { errors } from "@odradek/protocol/errors";
import type {
  AlterPartitionReassignmentsRequest,
  AlterPartitionReassignmentsResponse,
} from "@odradek/protocol/messages/alter_partition_reassignments";
import { Refusal } from "@odradek/protocol/refusal";
import type { MetadataRecordDraft } from "@odradek/protocol/schemas/metadata/mod";
import type { Circumstances, Decision } from "./decision.ts";
import { allowsUnclean, type ElectionGround, electionRules } from "./election_rules.ts";
import { checkReplicas } from "./manual_assignment.ts";
import { partitionChange, type PartitionTarget } from "./partition_change.ts";

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
  { config }: Pick<Circumstances, "config">,
): Decision<readonly Answer[]> {
  const ground = { image: next, config };
  const records: MetadataRecordDraft[] = [];
  const reply = topics.map(({ name, partitions }) => ({
    name,
    partitions: partitions.map((one) => {
      const { partitionIndex } = one;
      try {
        const found = find(next, name, one);
        const { topic, partition } = found;
        const replicas = one.replicas as NodeId[] | null;
        const target = replicas === null
          ? cancelled(ground, found)
          : reassigned(next, partition, { replicas, mayChangeCount });
        const rules = electionRules(ground, topic, partition);
        const record = partitionChange(topic.id, partition, { target, rules });
        if (record !== undefined) records.push(record);
        return { partitionIndex, errorCode: errors.NONE.code, errorMessage: null };
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        return { partitionIndex, errorCode: error.code, errorMessage: error.message };
      }
    }),
  }));
  return { records, reply };
}

interface Found {
  readonly topic: TopicImage;
  readonly partition: PartitionImage;
}

function find(image: ClusterImage, name: string, { partitionIndex }: Reassignment): Found {
  const topic = topicNamed(image, name);
  if (topic === undefined) throw unknown(`Unable to find a topic named ${name}.`);
  const partition = topic.partitions[partitionIndex];
  if (partition === undefined) throw unknown(`Unable to find partition ${name}:${partitionIndex}.`);
  return { topic, partition };
}

function reassigned(
  image: ClusterImage,
  { replicas, adding }: PartitionImage,
  { replicas: target, mayChangeCount }: {
    readonly replicas: readonly NodeId[];
    readonly mayChangeCount: boolean;
  },
): PartitionTarget {
  checkReplicas(image, [...target]);
  const count = replicas.length - adding.length;
  if (!mayChangeCount && target.length !== count) {
    const why = `The replication factor is ${count}, and would be ${target.length}`;
    throw new Refusal("INVALID_REPLICATION_FACTOR", why);
  }
  const removing = replicas.filter((id) => !target.includes(id));
  return {
    replicas: [...target, ...removing],
    adding: target.filter((id) => !replicas.includes(id)),
    removing,
  };
}

/** Back to the replicas from before. Refuses if none of them is in sync, and one must be. */
function cancelled(ground: ElectionGround, { topic, partition }: Found): PartitionTarget {
  const { replicas, adding, removing } = partition;
  if (adding.length + removing.length === 0) throw new Refusal("NO_REASSIGNMENT_IN_PROGRESS");
  const back = replicas.filter((id) => !adding.includes(id));
  const isr = partition.isr.filter((id) => back.includes(id));
  if (isr.length === 0 && !allowsUnclean(ground, topic)) {
    const why = "None of the replicas from before is in sync: going back would lose records";
    throw new Refusal("INVALID_REPLICA_ASSIGNMENT", why);
  }
  return { replicas: back, isr, adding: [], removing: [] };
}

function unknown(message: string): Refusal {
  return new Refusal("UNKNOWN_TOPIC_OR_PARTITION", message);
}
