// Metrics of partitions, as the metadata has them. Of each partition its leader tells, so that
// every one is told once in the cluster.

import type { NodeId } from "@odradek/base";
import type { ClusterImage, PartitionImage, TopicImage } from "@odradek/metadata";
import { type Family, gauge, type Labels } from "../family.ts";

export interface PartitionsView {
  readonly image: ClusterImage;
  readonly nodeId: NodeId;
  /** `min.insync.replicas` of a topic. */
  readonly inSyncMin: (topic: TopicImage) => number;
}

/** A partition that this broker leads. */
interface Led {
  readonly labels: Labels;
  readonly partition: PartitionImage;
  /** No more than it has replicas. */
  readonly inSyncMin: number;
}

const REPLICAS = "kafka_server_replicamanager";
const flag = (is: boolean): number => is ? 1 : 0;

/** Replicas that are being added are not missed yet. */
function isUnderReplicated({ partition: { replicas, adding, isr } }: Led): boolean {
  const wanted = replicas.reduce((count, id) => adding.includes(id) ? count : count + 1, 0);
  return isr.length < wanted;
}

const isUnderMin = ({ partition, inSyncMin }: Led) => partition.isr.length < inSyncMin;
const isAtMin = ({ partition, inSyncMin }: Led) => partition.isr.length === inSyncMin;

type Told = readonly [name: string, help: string, of: (led: Led) => number];

const EACH: readonly Told[] = [
  ["kafka_cluster_partition_replicascount", "Replicas of a partition that is led here.",
    ({ partition }) => partition.replicas.length],
  ["kafka_cluster_partition_insyncreplicascount", "Of them those in sync.",
    ({ partition }) => partition.isr.length],
  ["kafka_cluster_partition_underreplicated", "1: replicas are missing.",
    (led) => flag(isUnderReplicated(led))],
  ["kafka_cluster_partition_underminisr", "1: fewer are in sync than min.insync.replicas.",
    (led) => flag(isUnderMin(led))],
  ["kafka_cluster_partition_atminisr", "1: as many are in sync as min.insync.replicas.",
    (led) => flag(isAtMin(led))],
  ["kafka_topic_partition_leader", "The broker that leads a partition.",
    ({ partition }) => partition.leader],
  ["kafka_topic_partition_leader_is_preferred", "1: it is the first of the replicas.",
    ({ partition }) => flag(partition.replicas[0] === partition.leader)],
  ["kafka_topic_partition_replicas", "Replicas of a partition.",
    ({ partition }) => partition.replicas.length],
  ["kafka_topic_partition_in_sync_replica", "Of them those in sync.",
    ({ partition }) => partition.isr.length],
  ["kafka_topic_partition_under_replicated_partition", "1: replicas are missing.",
    (led) => flag(isUnderReplicated(led))],
];

export function partitionFamilies(view: PartitionsView): Family[] {
  const { led, replicaCount } = hostedBy(view);
  const count = (is: (led: Led) => boolean): number => led.filter(is).length;
  return [
    gauge(`${REPLICAS}_leadercount`, "Partitions that are led here.", led.length),
    gauge(`${REPLICAS}_partitioncount`, "Partitions that have a replica here.", replicaCount),
    gauge(
      `${REPLICAS}_underreplicatedpartitions`,
      "Partitions led here that miss replicas.",
      count(isUnderReplicated),
    ),
    gauge(
      `${REPLICAS}_underminisrpartitioncount`,
      "Partitions led here with fewer in sync than min.insync.replicas.",
      count(isUnderMin),
    ),
    gauge(
      `${REPLICAS}_atminisrpartitioncount`,
      "Partitions led here with as many in sync as min.insync.replicas.",
      count(isAtMin),
    ),
    gauge(
      `${REPLICAS}_reassigningpartitions`,
      "Partitions led here whose replicas are being changed.",
      count(({ partition }) => partition.adding.length + partition.removing.length > 0),
    ),
    ...EACH.map(([name, help, of]): Family => ({
      name,
      help,
      type: "gauge",
      samples: led.map((one) => ({ labels: one.labels, value: of(one) })),
      isDetailed: true,
    })),
  ];
}

/** As long as a topic stays as it is, so does what was made of its labels. */
const known = new WeakMap<TopicImage, readonly Labels[]>();

function labelsOf(topic: TopicImage): readonly Labels[] {
  const all = known.get(topic) ??
    topic.partitions.map(({ partition }) => ({ topic: topic.name, partition }));
  known.set(topic, all);
  return all;
}

function hostedBy({ image, nodeId, inSyncMin }: PartitionsView) {
  const led: Led[] = [];
  let replicaCount = 0;
  for (const topic of image.topics.values()) {
    const min = inSyncMin(topic);
    for (const partition of topic.partitions) {
      const { leader, replicas } = partition;
      if (replicas.includes(nodeId)) replicaCount++;
      if (leader !== nodeId) continue;
      const labels = labelsOf(topic)[partition.partition] ?? {};
      led.push({ labels, partition, inSyncMin: Math.min(min, replicas.length) });
    }
  }
  return { led, replicaCount };
}
