// How a partition's replicas come to be others: those that are added and those that go stand beside
// each other until all that stay are in sync.

import type { NodeId } from "@odradek/base";
import {
  type ClusterImage,
  hasDirectories,
  isActive,
  type PartitionImage,
} from "@odradek/metadata";
import { chooseLeader } from "./leaders.ts";
import { directoryOf } from "./new_partitions.ts";

export interface Reassigned {
  readonly replicas: readonly NodeId[];
  readonly isr: readonly NodeId[];
  /** -1: none of them can. */
  readonly leader: NodeId;
}

/** What is left of a reassignment when it is complete with these in sync; undefined: not yet. */
export function asReassigned(
  image: ClusterImage,
  partition: PartitionImage,
  isr: readonly NodeId[],
): Reassigned | undefined {
  const { replicas, adding, removing } = partition;
  const staying = replicas.filter((id) => !removing.includes(id));
  const isUnderWay = adding.length + removing.length > 0;
  if (!isUnderWay || staying.length === 0 || !staying.every((id) => isr.includes(id))) {
    return undefined;
  }
  return among(image, { ...partition, isr }, staying);
}

/** The partition with some of its replicas only. */
export function among(
  image: ClusterImage,
  partition: PartitionImage,
  replicas: readonly NodeId[],
): Reassigned {
  const isr = partition.isr.filter((id) => replicas.includes(id));
  const isAcceptable = (id: NodeId): boolean => {
    const broker = image.brokers.get(id);
    return broker !== undefined && isActive(broker);
  };
  return { replicas, isr, leader: chooseLeader({ ...partition, replicas, isr }, isAcceptable) };
}

/**
 * Of the record that ends a reassignment. The leader is set also if it is the same: who is gone
 * must not be followed in that epoch.
 */
export function completion(before: PartitionImage, { replicas, leader }: Reassigned) {
  const { directories } = before;
  const kept = replicas.map((id) => directories[before.replicas.indexOf(id)])
    .filter((id) => id !== undefined);
  return {
    leader,
    replicas: [...replicas],
    addingReplicas: [],
    removingReplicas: [],
    ...(kept.length === replicas.length ? { directories: kept } : {}),
  };
}

/** Log directories of replicas of which some are new; nothing where the cluster has none. */
export function directoriesOf(
  image: ClusterImage,
  before: PartitionImage,
  replicas: readonly NodeId[],
) {
  if (!hasDirectories(image)) return {};
  const directories = replicas.map((id) =>
    before.directories[before.replicas.indexOf(id)] ?? directoryOf(image, id)
  );
  return { directories };
}
