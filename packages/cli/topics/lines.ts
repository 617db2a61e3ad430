// The lines of topics --describe: one for a topic, one for a partition, as Kafka's tool has them.

import type {
  ConfigEntry,
  DescribedPartition,
  DescribedTopic,
  Reassignment,
} from "@odradek/client";
import type { Paint } from "../looks.ts";

/** A partition, and its move if one is under way. */
export interface PlacedPartition {
  readonly partition: DescribedPartition;
  readonly move: Reassignment | undefined;
}

export interface ShownTopic {
  readonly topic: DescribedTopic;
  readonly overrides: readonly ConfigEntry[];
  /** Those that are asked for. */
  readonly placed: readonly PlacedPartition[];
  /** How many replicas its partitions are to have. */
  readonly replicationFactor: number;
}

/** How many replicas it is to have: those that are only coming do not count yet. */
export function replicationFactorOf({ partition: { replicas }, move }: PlacedPartition): number {
  if (move === undefined) return replicas.length;
  const isUnderWay = [...move.adding, ...move.removing].some((id) => replicas.includes(id));
  return isUnderWay ? move.replicas.length - move.adding.length : replicas.length;
}

export function isUnderReplicated(placed: PlacedPartition): boolean {
  return placed.partition.inSyncReplicas.length < replicationFactorOf(placed);
}

export function headerLine(
  { topic, overrides, replicationFactor }: ShownTopic,
  paint: Paint,
): string {
  return [
    paint("title", `Topic: ${topic.name}`),
    `TopicId: ${topic.topicId}`,
    `PartitionCount: ${topic.partitions.length}`,
    `ReplicationFactor: ${replicationFactor}`,
    `Configs: ${overrides.map(({ name, value }) => `${name}=${value}`).join(",")}`,
  ].join("\t");
}

export function partitionLine(
  name: string,
  placed: PlacedPartition,
  { hasEligible, paint }: { readonly hasEligible: boolean; readonly paint: Paint },
): string {
  const { partition: one, move } = placed;
  const told = (ids: readonly number[] | undefined): string => ids?.join(",") ?? "N/A";
  const replica = (id: number): string =>
    one.offlineReplicas.includes(id) ? paint("bad", `${id}`) : `${id}`;
  const inSync = `Isr: ${one.inSyncReplicas.join(",")}`;
  const moving = move === undefined
    ? []
    : [`Adding Replicas: ${told(move.adding)}`, `Removing Replicas: ${told(move.removing)}`];
  const eligible = hasEligible
    ? [`Elr: ${told(one.eligibleLeaderReplicas)}`, `LastKnownElr: ${told(one.lastKnownEligible)}`]
    : [];
  return [
    `\tTopic: ${name}`,
    `Partition: ${one.partition}`,
    one.leader === undefined ? paint("bad", "Leader: none") : `Leader: ${one.leader}`,
    `Replicas: ${one.replicas.map(replica).join(",")}`,
    isUnderReplicated(placed) ? paint("warning", inSync) : inSync,
    ...moving,
    ...eligible,
  ].join("\t");
}
