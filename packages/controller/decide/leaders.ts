// Who leads a partition when a broker comes or goes.

import { NO_NODE, type NodeId } from "@odradek/base";
import type { MetadataRecordDraft } from "@odradek/protocol/schemas/metadata/mod";
import {
  type ClusterImage,
  isActive,
  type PartitionImage,
  type TopicImage,
} from "@odradek/metadata";

type IsAcceptable = (id: NodeId) => boolean;

interface Change {
  readonly leader: NodeId;
  readonly isr: readonly NodeId[];
  /** Absent: as before. */
  readonly eligibleLeaderReplicas?: NodeId[];
  readonly lastKnownElr?: NodeId[];
}

/** The present leader if it can stay, else the first replica that is in sync; -1: none. */
export function chooseLeader(partition: PartitionImage, isAcceptable: IsAcceptable): NodeId {
  const { leader, replicas, isr } = partition;
  const canLead = (id: NodeId): boolean => isr.includes(id) && isAcceptable(id);
  if (leader !== NO_NODE && canLead(leader)) return leader;
  return replicas.find(canLead) ?? NO_NODE;
}

/**
 * A broker leads nothing any more: others of the in-sync replicas take over, and it leaves them.
 * The last one stays in, for it has everything that was committed.
 */
export function recordsWithoutBroker(image: ClusterImage, id: NodeId): MetadataRecordDraft[] {
  const isAcceptable = (other: NodeId): boolean => other !== id && canLead(image, other);
  return changes(image, ({ isr, leader }) => isr.includes(id) || leader === id, (partition) => {
    const others = partition.isr.filter((other) => other !== id);
    const isr = others.length > 0 ? others : partition.isr;
    const leader = chooseLeader({ ...partition, isr }, isAcceptable);
    return { leader, isr };
  });
}

/** A broker may lead again: it takes the partitions that nobody leads. */
export function recordsWithBroker(image: ClusterImage, id: NodeId): MetadataRecordDraft[] {
  const isAcceptable = (other: NodeId): boolean => other === id || canLead(image, other);
  return changes(
    image,
    ({ leader, replicas }) => leader === NO_NODE && replicas.includes(id),
    (partition) => {
      const leader = chooseLeader(partition, isAcceptable);
      if (leader !== NO_NODE) return { leader, isr: partition.isr };
      return fromEligible(partition, isAcceptable);
    },
  );
}

/**
 * Who left the in-sync replicas while they were fewer than the topic's minimum has everything that
 * was committed, and is eligible to lead (KIP-966): it begins with itself in sync.
 */
function fromEligible(partition: PartitionImage, isAcceptable: IsAcceptable): Change {
  const { replicas, isr, eligibleLeaderReplicas, lastKnownElr } = partition;
  const leader = replicas.find((id) => eligibleLeaderReplicas.includes(id) && isAcceptable(id));
  if (leader === undefined) return { leader: NO_NODE, isr };
  return {
    leader,
    isr: [leader],
    eligibleLeaderReplicas: eligibleLeaderReplicas.filter((id) => id !== leader),
    lastKnownElr: lastKnownElr.filter((id) => id !== leader),
  };
}

/** Whether a broker leads anything. */
export function leadsAnything(image: ClusterImage, id: NodeId): boolean {
  for (const { partitions } of image.topics.values()) {
    if (partitions.some(({ leader }) => leader === id)) return true;
  }
  return false;
}

function canLead(image: ClusterImage, id: NodeId): boolean {
  const broker = image.brokers.get(id);
  return broker !== undefined && isActive(broker);
}

function changes(
  image: ClusterImage,
  isConcerned: (partition: PartitionImage) => boolean,
  change: (partition: PartitionImage) => Change,
): MetadataRecordDraft[] {
  const topics = [...image.topics.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  return topics.flatMap((topic: TopicImage) =>
    topic.partitions.filter(isConcerned).flatMap((partition) => {
      const { leader, isr, ...eligible } = change(partition);
      const hasNewLeader = leader !== partition.leader;
      const hasNewIsr = isr.length !== partition.isr.length;
      if (!hasNewLeader && !hasNewIsr) return [];
      const record: MetadataRecordDraft = {
        type: "PartitionChangeRecord",
        partitionId: partition.partition,
        topicId: topic.id,
        ...(hasNewLeader ? { leader } : {}),
        ...(hasNewIsr ? { isr: [...isr] } : {}),
        ...eligible,
      };
      return [record];
    })
  );
}
