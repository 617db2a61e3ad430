// The cluster as a client sees it: an immutable picture, made of answers to Metadata. Pure.

import type { Address, Uuid } from "@odradek/base";
import { ZERO_UUID } from "@odradek/base";
import type { Metadata } from "@odradek/protocol/messages/metadata";
import type { Response } from "@odradek/protocol/schema/mod";
import { BrokerRefused, refusalOf } from "../refused.ts";

export interface PartitionView {
  readonly partition: number;
  /** Undefined: none at the moment. */
  readonly leader: number | undefined;
  /** -1: not known. */
  readonly leaderEpoch: number;
  /** The first is the preferred leader. */
  readonly replicas: readonly number[];
  readonly inSyncReplicas: readonly number[];
  readonly offlineReplicas: readonly number[];
}

export interface TopicView {
  readonly name: string;
  /** Zero: the broker tells none. */
  readonly topicId: Uuid;
  readonly isInternal: boolean;
  /** By partition, without gaps. */
  readonly partitions: readonly PartitionView[];
}

export interface NodeView extends Address {
  readonly id: number;
  /** null: none. */
  readonly rack: string | null;
}

export interface ClusterView {
  readonly clusterId: string | null;
  /** -1: none is told. */
  readonly controllerId: number;
  readonly nodes: ReadonlyMap<number, NodeView>;
  readonly topics: ReadonlyMap<string, TopicView>;
  /** Of topics that were asked for and not told. */
  readonly refusals: ReadonlyMap<string, BrokerRefused>;
}

export const NOTHING_KNOWN: ClusterView = {
  clusterId: null,
  controllerId: -1,
  nodes: new Map(),
  topics: new Map(),
  refusals: new Map(),
};

/** What of an answer counts. */
export type MetadataAnswer = Pick<
  Response<typeof Metadata>,
  "clusterId" | "controllerId" | "brokers" | "topics"
>;
type MetadataTopic = MetadataAnswer["topics"][number];

/**
 * The picture after an answer, which stands for all topics that are in it. Leaders of an older
 * epoch than the known one are not believed: a broker that lags behind has told them.
 */
export function viewAfter(before: ClusterView, answer: MetadataAnswer): ClusterView {
  const topics = new Map<string, TopicView>();
  const refusals = new Map<string, BrokerRefused>();
  for (const topic of answer.topics) {
    const name = topic.name ?? "";
    const refusal = refusalOf(topic.errorCode);
    if (refusal !== undefined) refusals.set(name, ofTopic(name, refusal));
    else topics.set(name, topicView(topic, before.topics.get(name)));
  }
  return {
    clusterId: answer.clusterId,
    controllerId: answer.controllerId,
    nodes: new Map(answer.brokers.map(({ nodeId, host, port, rack }) => [
      nodeId,
      { id: nodeId, host, port, rack },
    ])),
    topics,
    refusals,
  };
}

function ofTopic(name: string, { error, message }: BrokerRefused): BrokerRefused {
  return new BrokerRefused(error, `Cannot use topic "${name}": ${message}`);
}

function topicView(topic: MetadataTopic, before: TopicView | undefined): TopicView {
  const { topicId, isInternal } = topic;
  const isSame = before !== undefined && before.topicId === topicId && topicId !== ZERO_UUID;
  const partitions = topic.partitions.map((one): PartitionView => {
    const known = isSame ? before.partitions[one.partitionIndex] : undefined;
    if (known !== undefined && known.leaderEpoch > one.leaderEpoch) return known;
    return {
      partition: one.partitionIndex,
      leader: one.leaderId < 0 ? undefined : one.leaderId,
      leaderEpoch: one.leaderEpoch,
      replicas: one.replicaNodes,
      inSyncReplicas: one.isrNodes,
      offlineReplicas: one.offlineReplicas,
    };
  });
  partitions.sort((a, b) => a.partition - b.partition);
  return { name: topic.name ?? "", topicId, isInternal, partitions };
}
