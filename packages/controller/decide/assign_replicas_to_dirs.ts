// A broker tells in which of its log directories replicas lie (KIP-858): who has several chooses by
// itself, and only by that is known what is lost with one of them.

import { type NodeId, type Uuid } from "@odradek/base";
import { type ClusterImage, hasDirectories, type PartitionImage } from "@odradek/metadata";
import { errors } from "@odradek/protocol/errors";
import type {
  AssignReplicasToDirsRequest,
  AssignReplicasToDirsResponse,
} from "@odradek/protocol/messages/assign_replicas_to_dirs";
import { Refusal } from "@odradek/protocol/refusal";
import type { MetadataRecordDraft } from "@odradek/protocol/schemas/metadata/mod";
import type { Circumstances, Decision } from "./decision.ts";
import { canLead, type ElectionGround, electionRules, isOnline } from "./election_rules.ts";
import { partitionChange } from "./partition_change.ts";
import { checkBrokerEpoch } from "./register_broker.ts";

type Answer = AssignReplicasToDirsResponse["directories"][number];

interface Assigned {
  readonly id: NodeId;
  readonly directory: Uuid;
  readonly topicId: Uuid;
  readonly partition: number;
}

/** Refuses the whole with STALE_BROKER_EPOCH, BROKER_ID_NOT_REGISTERED or UNSUPPORTED_VERSION. */
export function decideAssignReplicasToDirs(
  next: ClusterImage,
  { brokerId, brokerEpoch, directories }: AssignReplicasToDirsRequest,
  { config }: Pick<Circumstances, "config">,
): Decision<readonly Answer[]> {
  if (!hasDirectories(next)) {
    throw new Refusal("UNSUPPORTED_VERSION", "Directory assignment is not supported yet.");
  }
  checkBrokerEpoch(next, brokerId, brokerEpoch);
  const ground = { image: next, config };
  const records: MetadataRecordDraft[] = [];
  const assignOne = (one: Assigned): number => {
    try {
      const record = assigned(ground, one);
      if (record !== undefined) records.push(record);
      return errors.NONE.code;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return error.code;
    }
  };
  const reply = directories.map(({ id: directory, topics }) => ({
    id: directory,
    topics: topics.map(({ topicId, partitions }) => ({
      topicId,
      partitions: partitions.map(({ partitionIndex: partition }) => {
        const one = { id: brokerId as NodeId, directory, topicId, partition };
        return { partitionIndex: partition, errorCode: assignOne(one) };
      }),
    })),
  }));
  return { records, reply };
}

function assigned(
  ground: ElectionGround,
  { id, directory, topicId, partition: number }: Assigned,
): MetadataRecordDraft | undefined {
  const { image } = ground;
  const topic = image.topics.get(topicId);
  if (topic === undefined) throw new Refusal("UNKNOWN_TOPIC_ID");
  const before = topic.partitions[number];
  if (before === undefined) throw new Refusal("UNKNOWN_TOPIC_OR_PARTITION");
  if (!before.replicas.includes(id)) throw new Refusal("NOT_LEADER_OR_FOLLOWER");
  const directories = before.replicas.map((replica, i) =>
    replica === id ? directory : before.directories[i]
  ).filter((one) => one !== undefined);
  if (directories.length < before.replicas.length) return undefined;
  const broker = image.brokers.get(id);
  const isLost = broker !== undefined && !isOnline(directory, broker);
  const isAcceptable = (other: NodeId, at: PartitionImage): boolean =>
    !(isLost && other === id) && canLead(image, other, at);
  const rules = electionRules({ ...ground, isAcceptable }, topic, { ...before, directories });
  const isr = isLost ? before.isr.filter((other) => other !== id) : before.isr;
  return partitionChange(topicId, before, { target: { isr, directories }, rules });
}
