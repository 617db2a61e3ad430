// Who leads, and who is in sync, when a broker comes or goes.

import { NO_NODE, type NodeId, type Uuid } from "@odradek/base";
import type { MetadataRecordDraft } from "@odradek/protocol/schemas/metadata/mod";
import type { ClusterImage, PartitionImage } from "@odradek/metadata";
import { canLead, type ElectionGround, electionRules } from "./election_rules.ts";
import { partitionChange, type PartitionTarget } from "./partition_change.ts";

/** A broker leads nothing any more, and is in sync with nothing where others are, or may lead. */
export function recordsWithoutBroker(ground: ElectionGround, id: NodeId): MetadataRecordDraft[] {
  const { image } = ground;
  return changes(
    { ...ground, isAcceptable: (other, at) => other !== id && canLead(image, other, at) },
    ({ isr, leader }) => isr.includes(id) || leader === id,
    ({ isr }) => ({ isr: without(isr, id) }),
  );
}

/**
 * A broker may have lost what it had: it is not eligible to lead either, not even as the last one
 * (KIP-966).
 */
export function recordsWithoutContent(ground: ElectionGround, id: NodeId): MetadataRecordDraft[] {
  const { image } = ground;
  return changes(
    { ...ground, isAcceptable: (other, at) => other !== id && canLead(image, other, at) },
    ({ isr, leader, eligibleLeaderReplicas }) =>
      isr.includes(id) || leader === id || eligibleLeaderReplicas.includes(id),
    ({ isr }) => ({ isr: without(isr, id), unclean: id }),
  );
}

/** A broker may lead again: it takes the partitions that nobody leads. */
export function recordsWithBroker(ground: ElectionGround, id: NodeId): MetadataRecordDraft[] {
  return changes(
    { ...ground, image: withActive(ground.image, id) },
    ({ leader, replicas }) => leader === NO_NODE && replicas.includes(id),
    () => ({}),
  );
}

/** Log directories of a broker have failed: what lies there is in sync with nothing. */
export function recordsWithoutDirectories(
  ground: ElectionGround,
  id: NodeId,
  failed: readonly Uuid[],
): MetadataRecordDraft[] {
  const { image } = ground;
  return changes(
    { ...ground, isAcceptable: (other, at) => other !== id && canLead(image, other, at) },
    ({ replicas, directories }) => {
      const directory = directories[replicas.indexOf(id)];
      return directory !== undefined && failed.includes(directory);
    },
    ({ isr }) => ({ isr: without(isr, id) }),
  );
}

function withActive(image: ClusterImage, id: NodeId): ClusterImage {
  const broker = image.brokers.get(id);
  if (broker === undefined) return image;
  const active = { ...broker, isFenced: false, isInControlledShutdown: false };
  return { ...image, brokers: new Map(image.brokers).set(id, active) };
}

/** Whether a broker leads anything. */
export function leadsAnything(image: ClusterImage, id: NodeId): boolean {
  for (const { partitions } of image.topics.values()) {
    if (partitions.some(({ leader }) => leader === id)) return true;
  }
  return false;
}

function without(ids: readonly NodeId[], id: NodeId): readonly NodeId[] {
  return ids.filter((other) => other !== id);
}

/** Of all partitions that are concerned, by topic name and partition. */
export function changes(
  ground: ElectionGround,
  isConcerned: (partition: PartitionImage) => boolean,
  targetOf: (partition: PartitionImage) => PartitionTarget,
): MetadataRecordDraft[] {
  const topics = [...ground.image.topics.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  return topics.flatMap((topic) =>
    topic.partitions.filter(isConcerned).flatMap((partition) => {
      const rules = electionRules(ground, topic, partition);
      return partitionChange(topic.id, partition, { target: targetOf(partition), rules }) ?? [];
    })
  );
}
