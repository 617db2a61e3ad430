// How many partitions there are in the metadata, and how many of them are not as they should be. Of
// a topic that has not changed nothing is counted again.

import type { ClusterImage, TopicImage } from "@odradek/metadata";

export interface PartitionCounts {
  readonly partitions: number;
  /** Nobody leads them. */
  readonly offline: number;
  /** Somebody else than the first of their replicas leads them. */
  readonly notPreferred: number;
}

const NONE: PartitionCounts = { partitions: 0, offline: 0, notPreferred: 0 };
const NOBODY = -1;

const known = new WeakMap<TopicImage, PartitionCounts>();
const knownOfAll = new WeakMap<ClusterImage["topics"], PartitionCounts>();

export function partitionCounts({ topics }: ClusterImage): PartitionCounts {
  const found = knownOfAll.get(topics);
  if (found !== undefined) return found;
  let all = NONE;
  for (const topic of topics.values()) {
    const { partitions, offline, notPreferred } = countsOf(topic);
    all = {
      partitions: all.partitions + partitions,
      offline: all.offline + offline,
      notPreferred: all.notPreferred + notPreferred,
    };
  }
  knownOfAll.set(topics, all);
  return all;
}

function countsOf(topic: TopicImage): PartitionCounts {
  const found = known.get(topic);
  if (found !== undefined) return found;
  const { partitions } = topic;
  const counts = {
    partitions: partitions.length,
    offline: partitions.filter(({ leader }) => leader === NOBODY).length,
    notPreferred: partitions.filter(({ leader, replicas }) => leader !== replicas[0]).length,
  };
  known.set(topic, counts);
  return counts;
}
