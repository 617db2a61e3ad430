// The leader of a partition wants other replicas to be in sync. The checks come in Kafka's order:
// a leader learns from the error whether its knowledge is old, or this controller's.

import { NO_NODE, type NodeId, safeInteger, type Uuid } from "@odradek/base";
import { type ClusterImage, isActive, type PartitionImage } from "@odradek/metadata";
import { changedPartition } from "@odradek/metadata/apply/topics";
import type { ResolvedConfig } from "@odradek/metadata/configs/mod";
import { errors } from "@odradek/protocol/errors";
import type {
  AlterPartitionRequest,
  AlterPartitionResponse,
} from "@odradek/protocol/messages/alter_partition";
import { Refusal } from "@odradek/protocol/refusal";
import type { MetadataRecordDraft } from "@odradek/protocol/schemas/metadata/mod";
import type { Decision } from "./decision.ts";
import { electionRules } from "./election_rules.ts";
import { partitionChange } from "./partition_change.ts";
import { checkBrokerEpoch } from "./register_broker.ts";

type Asked = AlterPartitionRequest["topics"][number]["partitions"][number];
type TopicAnswer = AlterPartitionResponse["topics"][number];
type Answer = TopicAnswer["partitions"][number];

/** What the metadata of a partition becomes. */
interface Altered {
  readonly partition: PartitionImage;
  readonly records: readonly MetadataRecordDraft[];
}

interface Member {
  readonly id: NodeId;
  /** -1: not told. */
  readonly brokerEpoch: number;
}

const RECOVERING = 1;

/** Refuses the whole with STALE_BROKER_EPOCH. */
export function decideAlterPartition(
  next: ClusterImage,
  request: AlterPartitionRequest,
  config: ResolvedConfig,
): Decision<readonly TopicAnswer[]> {
  const { brokerId, brokerEpoch, topics } = request;
  checkBrokerEpoch(next, brokerId, brokerEpoch);
  const records: MetadataRecordDraft[] = [];
  const seen = new Set<string>();
  const alterOne = (topicId: Uuid, asked: Asked): Answer => {
    const { partitionIndex } = asked;
    try {
      const key = `${topicId} ${partitionIndex}`;
      if (seen.has(key)) throw new Refusal("INVALID_REQUEST", "A partition is named twice");
      seen.add(key);
      const altered = alter(next, { topicId, asked, brokerId, config });
      records.push(...altered.records);
      return answerOf(partitionIndex, altered, brokerId);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return refused(partitionIndex, error);
    }
  };
  const reply = topics.map(({ topicId, partitions }) => ({
    topicId,
    partitions: partitions.map((asked) => alterOne(topicId, asked)),
  }));
  return { records, reply };
}

function answerOf(
  partitionIndex: number,
  { partition: { leader, leaderEpoch, isr, isRecovering, partitionEpoch } }: Altered,
  brokerId: number,
): Answer {
  return {
    partitionIndex,
    errorCode: leader === brokerId ? errors.NONE.code : errors.NEW_LEADER_ELECTED.code,
    leaderId: leader,
    leaderEpoch,
    isr: [...isr],
    leaderRecoveryState: isRecovering ? RECOVERING : 0,
    partitionEpoch,
  };
}

function refused(partitionIndex: number, { code }: Refusal): Answer {
  return {
    partitionIndex,
    errorCode: code,
    leaderId: NO_NODE,
    leaderEpoch: -1,
    isr: [],
    partitionEpoch: -1,
  };
}

function alter(
  image: ClusterImage,
  { topicId, asked, brokerId, config }: {
    readonly topicId: Uuid;
    readonly asked: Asked;
    readonly brokerId: number;
    readonly config: ResolvedConfig;
  },
): Altered {
  const topic = image.topics.get(topicId);
  if (topic === undefined) throw new Refusal("UNKNOWN_TOPIC_ID");
  const partition = topic.partitions[asked.partitionIndex];
  if (partition === undefined) throw new Refusal("UNKNOWN_TOPIC_OR_PARTITION");
  checkEpochs(partition, asked, brokerId);
  const members = membersOf(asked);
  checkMembers(image, partition, members);
  checkRecovery(partition, asked, members.length);
  const isr = members.map(({ id }) => id);
  const isSame = isr.length === partition.isr.length &&
    isr.every((id) => partition.isr.includes(id));
  const target = {
    isr: isSame ? partition.isr : isr,
    isRecovering: asked.leaderRecoveryState === RECOVERING,
  };
  const rules = electionRules({ image, config }, topic, partition);
  const record = partitionChange(topicId, partition, { target, rules });
  if (record === undefined) return { partition: { ...partition, isr }, records: [] };
  return { partition: changedPartition(partition, record), records: [record] };
}

/** Kafka's order: who is behind, then who asks. */
function checkEpochs(
  { leader, leaderEpoch, partitionEpoch }: PartitionImage,
  asked: Asked,
  brokerId: number,
): void {
  if (asked.leaderEpoch > leaderEpoch || asked.partitionEpoch > partitionEpoch) {
    throw new Refusal("NOT_CONTROLLER", "The leader knows more than this controller");
  }
  if (asked.leaderEpoch < leaderEpoch) throw new Refusal("FENCED_LEADER_EPOCH");
  if (leader !== brokerId) throw new Refusal("INVALID_REQUEST", `Broker ${brokerId} does not lead`);
  if (asked.partitionEpoch < partitionEpoch) throw new Refusal("INVALID_UPDATE_VERSION");
}

function membersOf({ newIsr, newIsrWithEpochs }: Asked): Member[] {
  if (newIsrWithEpochs.length === 0) {
    return newIsr.map((id) => ({ id: id as NodeId, brokerEpoch: -1 }));
  }
  return newIsrWithEpochs.map(({ brokerId, brokerEpoch }) => ({
    id: brokerId as NodeId,
    brokerEpoch: safeInteger(brokerEpoch),
  }));
}

function checkMembers(
  image: ClusterImage,
  { replicas, leader }: PartitionImage,
  members: readonly Member[],
): void {
  const ids = new Set(members.map(({ id }) => id));
  const isOdd = ids.size < members.length || !ids.has(leader) ||
    members.some(({ id }) => !replicas.includes(id));
  if (isOdd) throw new Refusal("INVALID_REQUEST", "Not a set of replicas with the leader");
  for (const { id, brokerEpoch } of members) {
    const broker = image.brokers.get(id);
    const isSame = brokerEpoch < 0 || brokerEpoch === broker?.epoch;
    if (broker === undefined || !isActive(broker) || !isSame) {
      throw new Refusal("INELIGIBLE_REPLICA", `Broker ${id} is fenced, leaving, or another one`);
    }
  }
}

/** An unclean leader is alone until it has recovered, and does not fall back (KIP-704). */
function checkRecovery({ isRecovering }: PartitionImage, asked: Asked, count: number): void {
  if (asked.leaderRecoveryState !== RECOVERING) return;
  if (count > 1 || !isRecovering) {
    throw new Refusal("INVALID_REQUEST", "A leader that recovers is alone in sync");
  }
}
