// By which rules a partition elects its leader: what its topic is configured to, what the cluster
// has agreed on, and which brokers live.

import { type NodeId, type Uuid, ZERO_UUID } from "@odradek/base";
import {
  type BrokerImage,
  type ClusterImage,
  CONFIG_RESOURCE,
  configKey,
  ELIGIBLE_LEADERS,
  hasDirectories,
  hasEligibleLeaders,
  isActive,
  type PartitionImage,
  type TopicImage,
} from "@odradek/metadata";
import { type ResolvedConfig, topicSetting } from "@odradek/metadata/configs/mod";
import { directoryOf } from "./new_partitions.ts";
import type { Election, ElectionRules } from "./partition_change.ts";

/** What elections depend on beside the partition. */
export interface ElectionGround {
  readonly image: ClusterImage;
  /** Of the controller's own node: it stands for what topics do not set. */
  readonly config: ResolvedConfig;
  /** Absent: whoever is alive and not about to leave. */
  readonly isAcceptable?: (id: NodeId, partition: PartitionImage) => boolean;
  /** Absent: unclean where the topic allows it. */
  readonly election?: Election;
}

const NONE: ReadonlyMap<string, string> = new Map();

export function electionRules(
  { image, config, isAcceptable, election }: ElectionGround,
  topic: TopicImage,
  partition: PartitionImage,
): ElectionRules {
  const overrides = image.configs.get(configKey(CONFIG_RESOURCE.topic, topic.name)) ?? NONE;
  const inSyncMin = topicSetting("min.insync.replicas", overrides, config);
  return {
    election: election ?? (mayBeUnclean(overrides, config) ? "unclean" : "online"),
    isAcceptable: (id) => isAcceptable?.(id, partition) ?? canLead(image, id, partition),
    inSyncMin: Math.min(inSyncMin, partition.replicas.length),
    keepsEligible: keepsEligible(image),
    directoryOf: hasDirectories(image) ? (id) => directoryOf(image, id) : undefined,
  };
}

/** Whether a topic may rather lose records than have nobody lead. */
export function allowsUnclean(
  { image, config }: ElectionGround,
  { name }: TopicImage,
): boolean {
  return mayBeUnclean(image.configs.get(configKey(CONFIG_RESOURCE.topic, name)) ?? NONE, config);
}

function mayBeUnclean(overrides: ReadonlyMap<string, string>, config: ResolvedConfig): boolean {
  return topicSetting("unclean.leader.election.enable", overrides, config);
}

export function keepsEligible(image: ClusterImage): boolean {
  return hasEligibleLeaders(image) && (image.features.get(ELIGIBLE_LEADERS) ?? 0) > 0;
}

/** It lives, is not about to leave, and the disk of its replica has not failed. */
export function canLead(image: ClusterImage, id: NodeId, partition: PartitionImage): boolean {
  const broker = image.brokers.get(id);
  if (broker === undefined || !isActive(broker)) return false;
  return isOnline(partition.directories[partition.replicas.indexOf(id)], broker);
}

/** Ids that stand for no directory (KIP-858). */
const LOST = "AAAAAAAAAAAAAAAAAAAAAQ";
const MIGRATING = "AAAAAAAAAAAAAAAAAAAAAg";

/** Whether a broker has a directory; if it is not told which, or has told of none, it may be. */
export function isOnline(directory: Uuid | undefined, { directories }: BrokerImage): boolean {
  if (directory === LOST) return false;
  const isUntold = directory === undefined || directory === ZERO_UUID || directory === MIGRATING;
  return isUntold || directories.length === 0 || directories.includes(directory);
}
