// A topic whose replicas the requester has chosen.

import type { NodeId } from "@odradek/base";
import { type ClusterImage, isActive } from "@odradek/metadata";
import type { CreateTopicsRequest } from "@odradek/protocol/messages/create_topics";
import { Refusal } from "@odradek/protocol/refusal";

type Requested = CreateTopicsRequest["topics"][number];

/** Replicas by partition. Refuses with INVALID_REQUEST or INVALID_REPLICA_ASSIGNMENT. */
export function assignedReplicas(image: ClusterImage, topic: Requested): NodeId[][] {
  checkCounts(topic);
  const byPartition = new Map(
    topic.assignments.map(({ partitionIndex, brokerIds }) => [partitionIndex, brokerIds]),
  );
  if (byPartition.size < topic.assignments.length) {
    const indices = topic.assignments.map(({ partitionIndex }) => partitionIndex);
    const twice = indices.find((index, i) => indices.indexOf(index) < i);
    throw invalid(`Found multiple manual partition assignments for partition ${twice}`);
  }
  const replicas = topic.assignments.map((_, partition) => {
    const ids = byPartition.get(partition);
    if (ids === undefined) {
      throw invalid("partitions should be a consecutive 0-based integer sequence");
    }
    return ids as NodeId[];
  });
  checkAssignments(image, replicas, {
    firstPartition: 0,
    replicationFactor: replicas[0]?.length ?? 0,
  });
  return replicas;
}

export interface AssignmentTerms {
  /** Whose replicas come first. */
  readonly firstPartition: number;
  /** That each of them must have. */
  readonly replicationFactor: number;
}

/** Refuses with INVALID_REPLICA_ASSIGNMENT. */
export function checkAssignments(
  image: ClusterImage,
  replicas: readonly (readonly NodeId[])[],
  { firstPartition, replicationFactor: count }: AssignmentTerms,
): void {
  for (const [i, ids] of replicas.entries()) {
    checkReplicas(image, ids);
    if (ids.length !== count) {
      throw invalid(
        `The manual partition assignment includes a partition with ${ids.length} replica(s), ` +
          `but this is not consistent with previous partitions, which have ${count} replica(s).`,
      );
    }
    if (ids.every((id) => !isAlive(image, id))) {
      throw invalid(
        "All brokers specified in the manual partition assignment for partition " +
          `${firstPartition + i} are fenced or in controlled shutdown.`,
      );
    }
  }
}

function checkCounts({ replicationFactor, numPartitions }: Requested): void {
  const what = "A manual partition assignment was specified, but";
  if (replicationFactor !== -1) {
    throw new Refusal("INVALID_REQUEST", `${what} replication factor was not set to -1.`);
  }
  if (numPartitions !== -1) {
    throw new Refusal("INVALID_REQUEST", `${what} numPartitions was not set to -1.`);
  }
}

/** Refuses with INVALID_REPLICA_ASSIGNMENT: nobody, somebody twice, somebody unknown. */
export function checkReplicas(image: ClusterImage, ids: readonly NodeId[]): void {
  if (ids.length === 0) {
    throw invalid("The manual partition assignment includes an empty replica list.");
  }
  const seen = new Set<NodeId>();
  for (const id of ids) {
    if (seen.has(id)) {
      throw invalid(`The manual partition assignment includes the broker ${id} more than once.`);
    }
    seen.add(id);
  }
  const unknown = ids.find((id) => !image.brokers.has(id));
  if (unknown !== undefined) {
    throw invalid(
      `The manual partition assignment includes broker ${unknown}, ` +
        "but no such broker is registered.",
    );
  }
}

function isAlive(image: ClusterImage, id: NodeId): boolean {
  const broker = image.brokers.get(id);
  return broker !== undefined && isActive(broker);
}

function invalid(message: string): Refusal {
  return new Refusal("INVALID_REPLICA_ASSIGNMENT", message);
}
