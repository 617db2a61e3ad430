// Topics: made, deleted, enlarged, and their records cut off.

import { safeInteger, type TopicPartition, type Uuid, ZERO_UUID } from "@odradek/base";
import { CreatePartitions } from "@odradek/protocol/messages/create_partitions";
import { CreateTopics } from "@odradek/protocol/messages/create_topics";
import { DeleteRecords } from "@odradek/protocol/messages/delete_records";
import { DeleteTopics } from "@odradek/protocol/messages/delete_topics";
import type { Cluster } from "../cluster.ts";
import { BrokerRefused, refusalOf } from "../refused.ts";
import { isNotYetDone, type Outcome, settle } from "./outcome.ts";

export interface NewTopic {
  readonly name: string;
  /** The cluster's default if absent. */
  readonly partitions?: number | undefined;
  /** The cluster's default if absent. */
  readonly replicationFactor?: number | undefined;
  /** Nodes by partition, the preferred leader first: instead of both numbers. */
  readonly replicas?: readonly (readonly number[])[] | undefined;
  readonly configs?: Readonly<Record<string, string>>;
}

export interface CreatedTopic {
  readonly name: string;
  /** Zero: not told. */
  readonly topicId: Uuid;
  /** -1: not told, as the replication factor. */
  readonly partitions: number;
  readonly replicationFactor: number;
}

export interface CreateOptions {
  /** Checks everything and makes nothing. */
  readonly validateOnly?: boolean;
}

export function createTopics(
  cluster: Cluster,
  topics: readonly NewTopic[],
  { validateOnly = false }: CreateOptions = {},
): Promise<Map<NewTopic, Outcome<CreatedTopic>>> {
  const timeoutMs = cluster.settings.requestTimeoutMs;
  const ask = async (items: readonly NewTopic[]) => {
    const draft = { topics: items.map(creatable), timeoutMs, validateOnly };
    const answer = await cluster.ask("any", CreateTopics, draft);
    return answersOf(items, (item) => {
      const told = answer.topics.find(({ name }) => name === item.name);
      if (told === undefined) return undefined;
      const { topicId, numPartitions: partitions, replicationFactor } = told;
      return refusalOf(told.errorCode, told.errorMessage) ??
        { name: item.name, topicId, partitions, replicationFactor };
    });
  };
  return settle(cluster, { items: topics, ask, passes: isNotYetDone });
}

function creatable({ name, partitions, replicationFactor, replicas = [], configs = {} }: NewTopic) {
  const isPlaced = replicas.length > 0;
  return {
    name,
    numPartitions: isPlaced ? -1 : partitions ?? -1,
    replicationFactor: isPlaced ? -1 : replicationFactor ?? -1,
    assignments: replicas.map((brokerIds, partitionIndex) => ({ partitionIndex, brokerIds })),
    configs: Object.entries(configs).map(([key, value]) => ({ name: key, value })),
  };
}

export function deleteTopics(
  cluster: Cluster,
  names: readonly string[],
): Promise<Map<string, Outcome<true>>> {
  const timeoutMs = cluster.settings.requestTimeoutMs;
  const ask = async (items: readonly string[]) => {
    const topics = items.map((name) => ({ name, topicId: ZERO_UUID }));
    const answer = await cluster.ask("any", DeleteTopics, (version) => ({
      topicNames: items,
      ...(version < 6 ? {} : { topics }),
      timeoutMs,
    }));
    return answersOf(items, (item) => {
      const told = answer.responses.find(({ name }) => name === item);
      return told && (refusalOf(told.errorCode, told.errorMessage) ?? true);
    });
  };
  return settle(cluster, { items: names, ask, passes: isNotYetDone });
}

export interface LargerTopic {
  readonly name: string;
  /** Of all partitions, those that are there included. */
  readonly partitions: number;
  /** Of the new ones, as in `NewTopic`. */
  readonly replicas?: readonly (readonly number[])[] | undefined;
}

export function createPartitions(
  cluster: Cluster,
  topics: readonly LargerTopic[],
  { validateOnly = false }: CreateOptions = {},
): Promise<Map<LargerTopic, Outcome<true>>> {
  const timeoutMs = cluster.settings.requestTimeoutMs;
  const ask = async (items: readonly LargerTopic[]) => {
    const enlarged = items.map(({ name, partitions, replicas }) => ({
      name,
      count: partitions,
      assignments: replicas?.map((brokerIds) => ({ brokerIds })) ?? null,
    }));
    const draft = { topics: enlarged, timeoutMs, validateOnly };
    const answer = await cluster.ask("any", CreatePartitions, draft);
    return answersOf(items, (item) => {
      const told = answer.results.find(({ name }) => name === item.name);
      return told && (refusalOf(told.errorCode, told.errorMessage) ?? true);
    });
  };
  return settle(cluster, { items: topics, ask, passes: isNotYetDone });
}

export interface RecordsBefore extends TopicPartition {
  /** The new log start offset; -1: the high watermark. */
  readonly offset: number;
}

/** The new log start offset of each partition. */
export function deleteRecords(
  cluster: Cluster,
  cuts: readonly RecordsBefore[],
): Promise<Map<RecordsBefore, Outcome<number>>> {
  const timeoutMs = cluster.settings.requestTimeoutMs;
  const askOne = async (cut: RecordsBefore): Promise<Outcome<number>> => {
    const { topic, partition, offset } = cut;
    const partitions = [{ partitionIndex: partition, offset: BigInt(offset) }];
    try {
      const draft = { topics: [{ name: topic, partitions }], timeoutMs };
      const answer = await cluster.ask({ leaderOf: cut }, DeleteRecords, draft);
      const told = answer.topics[0]?.partitions[0];
      if (told === undefined) return new BrokerRefused("UNKNOWN_SERVER_ERROR");
      return refusalOf(told.errorCode) ?? safeInteger(told.lowWatermark);
    } catch (error) {
      if (error instanceof BrokerRefused) return error;
      throw error;
    }
  };
  const ask = async (items: readonly RecordsBefore[]) => {
    const answers = await Promise.all(items.map(askOne));
    return answersOf(items, (_, i) => answers[i]);
  };
  return settle(cluster, { items: cuts, ask });
}

function answersOf<Item, Done>(
  items: readonly Item[],
  answerOf: (item: Item, index: number) => Outcome<Done> | undefined,
): Map<Item, Outcome<Done>> {
  const nothing = new BrokerRefused("UNKNOWN_SERVER_ERROR", "The broker does not say");
  return new Map(items.map((item, i) => [item, answerOf(item, i) ?? nothing]));
}
