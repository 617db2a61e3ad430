// Topics and their partitions: created, changed, removed.

import type { Epoch, NodeId, Uuid } from "@odradek/base";
import type {
  ClearElrRecord,
  MetadataRecordDraft,
  PartitionChangeRecord,
  PartitionRecord,
  RemoveTopicRecord,
  TopicRecord,
} from "@odradek/protocol/schemas/metadata/mod";
import {
  type ClusterImage,
  CONFIG_RESOURCE,
  configKey,
  type PartitionImage,
  type TopicImage,
  topicNamed,
} from "../image.ts";
import { contradiction } from "./contradiction.ts";

export type PartitionChangeDraft = Extract<
  MetadataRecordDraft,
  { readonly type: "PartitionChangeRecord" }
>;

export function applyTopic(image: ClusterImage, { name, topicId }: TopicRecord): ClusterImage {
  if (image.topicIds.has(name) || image.topics.has(topicId)) {
    throw contradiction(`There is a topic ${name}, or one with id ${topicId}, already`);
  }
  const topic: TopicImage = { id: topicId, name, partitions: [] };
  return {
    ...image,
    topics: image.topics.with(topicId, topic),
    topicIds: image.topicIds.with(name, topicId),
  };
}

export function applyPartition(image: ClusterImage, record: PartitionRecord): ClusterImage {
  const topic = topicOf(image, record.topicId);
  const before = topic.partitions.at(-1);
  const replicas = shared(record.replicas, before?.replicas);
  const partition: PartitionImage = {
    partition: record.partitionId,
    replicas: replicas as NodeId[],
    isr: shared(record.isr, replicas) as NodeId[],
    adding: shared(record.addingReplicas) as NodeId[],
    removing: shared(record.removingReplicas) as NodeId[],
    leader: record.leader as NodeId,
    leaderEpoch: record.leaderEpoch as Epoch,
    partitionEpoch: record.partitionEpoch,
    isRecovering: record.leaderRecoveryState === RECOVERING,
    directories: shared(record.directories, before?.directories),
    eligibleLeaderReplicas: shared(record.eligibleLeaderReplicas ?? []) as NodeId[],
    lastKnownElr: shared(record.lastKnownElr ?? []) as NodeId[],
  };
  if (record.partitionId > topic.partitions.length) {
    throw contradiction(`Partition ${record.partitionId} of topic ${topic.name} leaves a gap`);
  }
  return withPartition(image, topic, partition);
}

export function applyPartitionChange(
  image: ClusterImage,
  record: PartitionChangeRecord,
): ClusterImage {
  const topic = topicOf(image, record.topicId);
  const before = topic.partitions[record.partitionId];
  if (before === undefined) {
    throw contradiction(`Topic ${topic.name} has no partition ${record.partitionId}`);
  }
  return withPartition(image, topic, changedPartition(before, record));
}

/** A partition after a change; what the record does not carry stays. */
export function changedPartition(
  before: PartitionImage,
  record: Omit<PartitionChangeDraft, "type">,
): PartitionImage {
  const { leader = NO_LEADER_CHANGE, leaderRecoveryState: recoveryState = NO_CHANGE } = record;
  const hasLeader = leader !== NO_LEADER_CHANGE;
  const replicas = shared((record.replicas ?? before.replicas) as NodeId[], before.replicas);
  return {
    ...before,
    replicas,
    isr: shared((record.isr ?? before.isr) as NodeId[], replicas),
    adding: shared((record.addingReplicas ?? before.adding) as NodeId[]),
    removing: shared((record.removingReplicas ?? before.removing) as NodeId[]),
    leader: hasLeader ? (leader as NodeId) : before.leader,
    // The same leader once more begins a new epoch too.
    leaderEpoch: (hasLeader ? before.leaderEpoch + 1 : before.leaderEpoch) as Epoch,
    partitionEpoch: before.partitionEpoch + 1,
    isRecovering: recoveryState === NO_CHANGE
      ? before.isRecovering
      : recoveryState === RECOVERING,
    directories: shared(record.directories ?? before.directories, before.directories),
    eligibleLeaderReplicas: shared(
      (record.eligibleLeaderReplicas ?? before.eligibleLeaderReplicas) as NodeId[],
    ),
    lastKnownElr: shared((record.lastKnownElr ?? before.lastKnownElr) as NodeId[]),
  };
}

/** Of the topic that it names, or of all if it names none (KIP-966). */
export function applyClearElr(image: ClusterImage, { topicName }: ClearElrRecord): ClusterImage {
  if (topicName === "") return [...image.topics.values()].reduce(withoutElr, image);
  const topic = topicNamed(image, topicName);
  if (topic === undefined) throw contradiction(`There is no topic ${topicName}`);
  return withoutElr(image, topic);
}

export function applyRemoveTopic(image: ClusterImage, record: RemoveTopicRecord): ClusterImage {
  const topic = topicOf(image, record.topicId);
  return {
    ...image,
    topics: image.topics.without(topic.id),
    topicIds: image.topicIds.without(topic.name),
    configs: image.configs.without(configKey(CONFIG_RESOURCE.topic, topic.name)),
  };
}

const RECOVERING = 1;
const NO_CHANGE = -1;
/** In a change record: the leader stays. */
const NO_LEADER_CHANGE = -2;

function withoutElr(image: ClusterImage, topic: TopicImage): ClusterImage {
  const partitions = topic.partitions.map((before): PartitionImage => {
    const { eligibleLeaderReplicas: elr, lastKnownElr, partitionEpoch } = before;
    if (elr.length === 0 && lastKnownElr.length === 0) return before;
    const cleared = { eligibleLeaderReplicas: [], lastKnownElr: [] };
    return { ...before, ...cleared, partitionEpoch: partitionEpoch + 1 };
  });
  if (partitions.every((one, i) => one === topic.partitions[i])) return image;
  return { ...image, topics: image.topics.with(topic.id, { ...topic, partitions }) };
}

const NONE: readonly never[] = [];

/** The same list where partitions are alike, as most are; else one that is no longer than it is. */
function shared<T>(list: readonly T[], other: readonly T[] = NONE): readonly T[] {
  if (list.length === 0) return NONE;
  const isSame = list.length === other.length && list.every((one, i) => one === other[i]);
  return isSame ? other : list.slice();
}

function topicOf(image: ClusterImage, id: Uuid): TopicImage {
  const topic = image.topics.get(id);
  if (topic === undefined) throw contradiction(`There is no topic with id ${id}`);
  return topic;
}

function withPartition(
  image: ClusterImage,
  topic: TopicImage,
  partition: PartitionImage,
): ClusterImage {
  const partitions = [...topic.partitions];
  partitions[partition.partition] = partition;
  return { ...image, topics: image.topics.with(topic.id, { ...topic, partitions }) };
}

