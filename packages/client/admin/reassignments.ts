// Moves of partitions that are under way (KIP-455).

import type { TopicPartition } from "@odradek/base";
import {
  ListPartitionReassignments,
} from "@odradek/protocol/messages/list_partition_reassignments";
import type { Cluster } from "../cluster.ts";
import { throwIfRefused } from "../refused.ts";

export interface Reassignment extends TopicPartition {
  /** Those that come and those that go included. */
  readonly replicas: readonly number[];
  readonly adding: readonly number[];
  readonly removing: readonly number[];
}

/** Of these partitions, or of all. */
export function listReassignments(
  cluster: Cluster,
  partitions: readonly TopicPartition[] | "all",
): Promise<Reassignment[]> {
  const topics = partitions === "all"
    ? null
    : [...Map.groupBy(partitions, ({ topic }) => topic)].map(([name, some]) => ({
      name,
      partitionIndexes: some.map(({ partition }) => partition),
    }));
  return cluster.persist(async () => {
    const timeoutMs = cluster.settings.requestTimeoutMs;
    const answer = await cluster.ask("any", ListPartitionReassignments, { topics, timeoutMs });
    throwIfRefused(answer.errorCode, answer.errorMessage);
    return answer.topics.flatMap(({ name: topic, partitions: moving }) =>
      moving.map((one) => ({
        topic,
        partition: one.partitionIndex,
        replicas: one.replicas,
        adding: one.addingReplicas,
        removing: one.removingReplicas,
      }))
    );
  });
}
