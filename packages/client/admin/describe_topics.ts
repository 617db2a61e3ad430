// Topics as they are: from DescribeTopicPartitions where brokers offer it (KIP-966), else from
// Metadata.

import { DescribeTopicPartitions } from "@odradek/protocol/messages/describe_topic_partitions";
import type { Response } from "@odradek/protocol/schema/mod";
import type { Cluster } from "../cluster.ts";
import type { PartitionView, TopicView } from "../cluster/view.ts";
import { BrokerRefused, refusalOf } from "../refused.ts";
import type { Outcome } from "./outcome.ts";

export interface DescribedPartition extends PartitionView {
  /** Not in sync, but with everything that was committed; undefined: not told. */
  readonly eligibleLeaderReplicas?: readonly number[] | undefined;
  /** The last in-sync replica, if all are gone; undefined: not told. */
  readonly lastKnownEligible?: readonly number[] | undefined;
}

export interface DescribedTopic extends TopicView {
  readonly partitions: readonly DescribedPartition[];
}

/** `pageSize`: partitions per request. */
export interface DescribeTopicsOptions {
  readonly pageSize?: number | undefined;
}

const PAGE_SIZE = 2000;

/** In the order of the names. */
export async function describeTopics(
  cluster: Cluster,
  names: readonly string[],
  { pageSize = PAGE_SIZE }: DescribeTopicsOptions = {},
): Promise<Map<string, Outcome<DescribedTopic>>> {
  if (names.length === 0) return new Map();
  return await cluster.persist(async () => {
    const link = await cluster.link("any");
    return link.versionOf(DescribeTopicPartitions) === undefined
      ? await fromMetadata(cluster, names)
      : await fromPages(cluster, names, pageSize);
  });
}

async function fromMetadata(cluster: Cluster, names: readonly string[]) {
  const found = new Map((await cluster.topics()).map((topic) => [topic.name, topic]));
  return new Map(names.map((name) => [name, found.get(name) ?? unknownTopic()] as const));
}

type Answer = Response<typeof DescribeTopicPartitions>;
type Cursor = Answer["nextCursor"];

async function fromPages(cluster: Cluster, names: readonly string[], pageSize: number) {
  const described = new Map<string, Outcome<DescribedTopic>>();
  let cursor: Cursor = null;
  do {
    const answer: Answer = await cluster.ask("any", DescribeTopicPartitions, {
      topics: names.map((name) => ({ name })),
      responsePartitionLimit: pageSize,
      cursor,
    });
    for (const topic of answer.topics) addPage(described, topic);
    cursor = answer.nextCursor;
  } while (cursor !== null);
  return new Map(names.map((name) => [name, described.get(name) ?? unknownTopic()] as const));
}

/** A topic may come in several pages. */
function addPage(
  described: Map<string, Outcome<DescribedTopic>>,
  topic: Answer["topics"][number],
): void {
  const name = topic.name ?? "";
  const refusal = refusalOf(topic.errorCode);
  if (refusal !== undefined) return void described.set(name, refusal);
  const before = described.get(name);
  const partitions = before !== undefined && "partitions" in before ? before.partitions : [];
  described.set(name, {
    name,
    topicId: topic.topicId,
    isInternal: topic.isInternal,
    partitions: [...partitions, ...topic.partitions.map(partitionOf)],
  });
}

function partitionOf(one: Answer["topics"][number]["partitions"][number]): DescribedPartition {
  return {
    partition: one.partitionIndex,
    leader: one.leaderId < 0 ? undefined : one.leaderId,
    leaderEpoch: one.leaderEpoch,
    replicas: one.replicaNodes,
    inSyncReplicas: one.isrNodes,
    offlineReplicas: one.offlineReplicas,
    eligibleLeaderReplicas: one.eligibleLeaderReplicas ?? undefined,
    lastKnownEligible: one.lastKnownElr ?? undefined,
  };
}

function unknownTopic(): BrokerRefused {
  return new BrokerRefused("UNKNOWN_TOPIC_OR_PARTITION");
}
