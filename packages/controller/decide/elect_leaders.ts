// Leaders are elected on request: the preferred replicas, or where no replica that is in sync is
// left, any that lives (KIP-460).

import { NO_NODE } from "@odradek/base";
import { type ClusterImage, type PartitionImage, topicNamed } from "@odradek/metadata";
import type { TopicImage } from "@odradek/metadata";
import { errors } from "@odradek/protocol/errors";
import type { ElectLeadersResponse } from "@odradek/protocol/messages/elect_leaders";
import { Refusal } from "@odradek/protocol/refusal";
import type { MetadataRecordDraft } from "@odradek/protocol/schemas/metadata/mod";
import type { Circumstances, Decision } from "./decision.ts";
import { type ElectionGround, electionRules } from "./election_rules.ts";
import { partitionChange } from "./partition_change.ts";

type Answer = ElectLeadersResponse["replicaElectionResults"][number];
type PartitionAnswer = Answer["partitionResult"][number];

export type ElectionType = "preferred" | "unclean";

export interface ElectLeadersCommand {
  readonly type: ElectionType;
  /** Null: all. Topics of which nothing needed it are answered without partitions, as by Kafka. */
  readonly topics: readonly { topic: string; partitions: readonly number[] }[] | null;
  readonly mayElect: (topic: string) => boolean;
}

export function decideElectLeaders(
  next: ClusterImage,
  { type, topics, mayElect }: ElectLeadersCommand,
  { config }: Pick<Circumstances, "config">,
): Decision<readonly Answer[]> {
  const records: MetadataRecordDraft[] = [];
  const ground = { image: next, config };
  const electOne = (topic: string, partitionId: number): PartitionAnswer => {
    try {
      if (!mayElect(topic)) throw new Refusal("TOPIC_AUTHORIZATION_FAILED");
      records.push(elect(ground, find(next, topic, partitionId), type));
      return { partitionId, errorCode: errors.NONE.code, errorMessage: null };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return refusedElection(partitionId, error);
    }
  };
  const wanted = topics ?? allOf(next);
  const reply = wanted.map(({ topic, partitions }) => ({
    topic,
    partitionResult: partitions.map((partition) => electOne(topic, partition))
      .filter(({ errorCode }) => topics !== null || errorCode !== errors.ELECTION_NOT_NEEDED.code),
  }));
  return { records, reply };
}

export function refusedElection(
  partitionId: number,
  { code, message }: Refusal,
): PartitionAnswer {
  return { partitionId, errorCode: code, errorMessage: message };
}

function allOf({ topics }: ClusterImage) {
  return [...topics.values()].map(({ name: topic, partitions }) => ({
    topic,
    partitions: partitions.map(({ partition }) => partition),
  }));
}

interface Found {
  readonly topic: TopicImage;
  readonly partition: PartitionImage;
}

function find(image: ClusterImage, name: string, number: number): Found {
  const topic = topicNamed(image, name);
  if (topic === undefined) {
    throw new Refusal("UNKNOWN_TOPIC_OR_PARTITION", `No such topic as ${name}`);
  }
  const partition = topic.partitions[number];
  if (partition === undefined) {
    throw new Refusal("UNKNOWN_TOPIC_OR_PARTITION", `No such partition as ${name}-${number}`);
  }
  return { topic, partition };
}

function elect(
  { image, config }: ElectionGround,
  { topic, partition }: Found,
  election: ElectionType,
): MetadataRecordDraft {
  const { leader, replicas } = partition;
  const isDone = election === "preferred" ? leader === replicas[0] : leader !== NO_NODE;
  if (isDone) {
    const why = "Leader election not needed for topic partition.";
    throw new Refusal("ELECTION_NOT_NEEDED", why);
  }
  const rules = electionRules({ image, config, election }, topic, partition);
  const record = partitionChange(topic.id, partition, { target: {}, rules });
  if (record !== undefined) return record;
  if (election === "unclean") throw new Refusal("ELIGIBLE_LEADERS_NOT_AVAILABLE");
  throw new Refusal("PREFERRED_LEADER_NOT_AVAILABLE", "The preferred leader was not available.");
}
