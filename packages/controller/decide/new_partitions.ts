// The record of a partition that is made: for a new topic, or added to one.

import { type Epoch, epoch, NO_NODE, type NodeId, type Uuid, ZERO_UUID } from "@odradek/base";
import {
  type BrokerImage,
  type ClusterImage,
  hasDirectories,
  isActive,
} from "@odradek/metadata";
import type { MetadataRecordDraft } from "@odradek/protocol/schemas/metadata/mod";

export interface NewPartition {
  readonly topicId: Uuid;
  readonly partitionId: number;
  /** The preferred leader first. */
  readonly replicas: readonly NodeId[];
}

const FIRST_EPOCH: Epoch = epoch(0);

/** In sync are those that are alive; the first of them leads. */
export function newPartitionRecord(
  image: ClusterImage,
  { topicId, partitionId, replicas }: NewPartition,
): MetadataRecordDraft {
  const isr = replicas.filter((id) => {
    const broker = image.brokers.get(id);
    return broker !== undefined && isActive(broker);
  });
  return {
    type: "PartitionRecord",
    partitionId,
    topicId,
    replicas: [...replicas],
    isr,
    removingReplicas: [],
    addingReplicas: [],
    leader: isr[0] ?? NO_NODE,
    leaderEpoch: FIRST_EPOCH,
    partitionEpoch: 0,
    directories: hasDirectories(image) ? replicas.map((id) => directoryOf(image, id)) : [],
  };
}

/** Those that replicas may be placed on: one that is about to leave gets nothing new. */
export function placeableBrokers(image: ClusterImage): BrokerImage[] {
  return [...image.brokers.values()]
    .filter(({ isFenced, isInControlledShutdown }) => isFenced || !isInControlledShutdown);
}

/** A broker with several directories chooses among them by itself. */
export function directoryOf(image: ClusterImage, id: NodeId): Uuid {
  const [only = ZERO_UUID, ...more] = image.brokers.get(id)?.directories ?? [];
  return more.length === 0 ? only : ZERO_UUID;
}
