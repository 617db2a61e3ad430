// What a fake broker answers: just enough of each API for a client to be tried against.

import { ZERO_UUID } from "@odradek/base";
import { type Answer, type Endpoint, endpoint } from "@odradek/network/endpoint";
import { errorCode } from "@odradek/protocol/errors";
import { ApiVersions } from "@odradek/protocol/messages/api_versions";
import { CreateTopics } from "@odradek/protocol/messages/create_topics";
import { DeleteTopics } from "@odradek/protocol/messages/delete_topics";
import { DescribeCluster } from "@odradek/protocol/messages/describe_cluster";
import { ElectLeaders } from "@odradek/protocol/messages/elect_leaders";
import { Fetch } from "@odradek/protocol/messages/fetch";
import { InitProducerId } from "@odradek/protocol/messages/init_producer_id";
import { ListOffsets } from "@odradek/protocol/messages/list_offsets";
import {
  ListPartitionReassignments,
} from "@odradek/protocol/messages/list_partition_reassignments";
import { Metadata } from "@odradek/protocol/messages/metadata";
import { Produce } from "@odradek/protocol/messages/produce";
import { Refusal } from "@odradek/protocol/refusal";
import type { AnyApi, Request } from "@odradek/protocol/schema/mod";
import type { ApiName } from "@odradek/protocol/apis";
import type { FakeCluster, FakePartition, FakeTopic } from "./fake_cluster.ts";
import { fakeGroupEndpoints } from "./fake_group_endpoints.ts";

export function fakeEndpoints(
  cluster: FakeCluster,
  node: number,
  apiVersionsMax: number,
): Endpoint[] {
  const broker: Broker = { cluster, node };
  const serve: Serve = (api, handle) =>
    endpoint(api, {
      overlaps: api.name === "Produce",
      handle: async (request, context) => {
        cluster.asked.push(api.name as ApiName);
        cluster.askedNodes.push(node);
        const answer = await handle(broker, request);
        if (!cluster.loses(api.name as ApiName)) return answer;
        cluster.cut();
        context.closeConnection();
        return undefined;
      },
      refuse: (_, { code }) => ({ errorCode: code }) as never,
    });
  const endpoints = [
    ...fakeGroupEndpoints(serve),
    serve(Metadata, metadata),
    serve(Produce, produce),
    serve(Fetch, fetch),
    serve(ListOffsets, listOffsets),
    serve(InitProducerId, initProducerId),
    serve(CreateTopics, createTopics),
    serve(DeleteTopics, deleteTopics),
    serve(ElectLeaders, electLeaders),
    serve(DescribeCluster, describeCluster),
    serve(ListPartitionReassignments, listReassignments),
    ...cluster.options.more?.(serve) ?? [],
  ];
  const apiKeys = endpoints.map(({ api, advertised: [minVersion, maxVersion] }) => {
    const bound = cluster.options.versionsMax?.[api.name as ApiName] ?? maxVersion;
    const withIds = Math.min(maxVersion, bound);
    const max = cluster.hasTopicIds ? withIds : Math.min(withIds, 9);
    return { apiKey: api.key, minVersion, maxVersion: max };
  });
  const versions = {
    errorCode: 0,
    apiKeys: apiKeys.filter(({ minVersion, maxVersion }) => minVersion <= maxVersion),
  };
  return [
    ...endpoints,
    endpoint(ApiVersions, {
      versions: [0, apiVersionsMax],
      unknownVersion: () => ({ ...versions, errorCode: errorCode("UNSUPPORTED_VERSION") }),
      handle: () => versions,
      refuse: (_, { code }) => ({ errorCode: code, apiKeys: [] }),
    }),
  ];
}

/** Makes an endpoint of what answers. */
export type Serve = <A extends AnyApi>(
  api: A,
  handle: (broker: Broker, request: Request<A>) => Answer<A> | Promise<Answer<A>>,
) => Endpoint;

export interface Broker {
  readonly cluster: FakeCluster;
  readonly node: number;
}

function metadata({ cluster }: Broker, { topics }: Request<typeof Metadata>) {
  const names = topics === null ? [...cluster.topics.keys()] : topics.map(({ name }) => name ?? "");
  return {
    brokers: [...cluster.addresses].map(([nodeId, address]) => ({ nodeId, ...address })),
    clusterId: "fake",
    topics: names.map((name) => {
      const topic = cluster.topics.get(name);
      return {
        name,
        errorCode: topic === undefined ? errorCode("UNKNOWN_TOPIC_OR_PARTITION") : 0,
        topicId: topic?.topicId ?? ZERO_UUID,
        partitions: (topic?.partitions ?? []).map((one, partitionIndex) => ({
          errorCode: 0,
          partitionIndex,
          leaderId: one.leader,
          leaderEpoch: one.leaderEpoch,
          replicaNodes: one.replicas ?? [one.leader],
          isrNodes: one.inSync ?? [one.leader],
          offlineReplicas: one.offline ?? [],
        })),
      };
    }),
  };
}

function produce(broker: Broker, { topicData, acks }: Request<typeof Produce>) {
  const responses = topicData.map(({ name, topicId, partitionData }) => ({
    name,
    topicId,
    partitionResponses: partitionData.map(({ index, records }) => {
      const [code, baseOffset] = attempt(() => {
        broker.cluster.meet("Produce");
        const { log, leaderEpoch } = led(broker, find(broker, name, topicId), index);
        return log.append(records ?? new Uint8Array(0), leaderEpoch);
      });
      return { index, errorCode: code, baseOffset: BigInt(baseOffset ?? -1) };
    }),
  }));
  return acks === 0 ? undefined : { responses };
}

async function fetch(broker: Broker, request: Request<typeof Fetch>) {
  const read = () =>
    request.topics.map(({ topic, topicId, partitions }) => ({
      topic,
      topicId,
      partitions: partitions.map(({ partition, fetchOffset }) => {
        const [code, found] = attempt(() => {
          const { log } = led(broker, find(broker, topic, topicId), partition);
          return { records: log.read(Number(fetchOffset)), end: BigInt(log.endOffset) };
        });
        return {
          partitionIndex: partition,
          errorCode: code,
          highWatermark: found?.end ?? -1n,
          records: found?.records ?? [],
          abortedTransactions: null,
        };
      }),
    }));
  const [code] = attempt(() => broker.cluster.meet("Fetch"));
  if (code !== 0) return { errorCode: code, responses: [] };
  const first = read();
  const has = first.some(({ partitions }) =>
    partitions.some((one) => one.errorCode !== 0 || one.records.length > 0)
  );
  if (has) return { errorCode: 0, responses: first };
  await new Promise<void>((wake) => {
    broker.cluster.clock.schedule(request.maxWaitMs, wake);
    for (const { topic, topicId, partitions } of request.topics) {
      for (const { partition } of partitions) {
        find(broker, topic, topicId)?.partitions[partition]?.log.notify(wake);
      }
    }
  });
  return { errorCode: 0, responses: read() };
}

function listOffsets(broker: Broker, { topics }: Request<typeof ListOffsets>) {
  return {
    topics: topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ partitionIndex, timestamp }) => {
        const [code, offset] = attempt(() => {
          broker.cluster.meet("ListOffsets");
          const { log } = led(broker, find(broker, name, undefined), partitionIndex);
          return timestamp === -1n ? log.endOffset : log.startOffset;
        });
        return { partitionIndex, errorCode: code, offset: BigInt(offset ?? -1) };
      }),
    })),
  };
}

function initProducerId({ cluster }: Broker) {
  const [code] = attempt(() => cluster.meet("InitProducerId"));
  const producerId = code === 0 ? BigInt(cluster.nextProducerId++) : -1n;
  return { errorCode: code, producerId, producerEpoch: 0 };
}

function createTopics({ cluster }: Broker, { topics }: Request<typeof CreateTopics>) {
  return {
    topics: topics.map(({ name, numPartitions }) => {
      const [code, topic] = attempt(() => {
        cluster.meet("CreateTopics");
        if (cluster.topics.has(name)) throw new Refusal("TOPIC_ALREADY_EXISTS");
        return cluster.addTopic(name, Math.max(1, numPartitions));
      });
      const errorMessage = code === 0 ? null : `Topic '${name}' already exists.`;
      const topicId = topic?.topicId ?? ZERO_UUID;
      return { name, topicId, errorCode: code, errorMessage, numPartitions, configs: null };
    }),
  };
}

function deleteTopics({ cluster }: Broker, request: Request<typeof DeleteTopics>) {
  const names = request.topics.length > 0
    ? request.topics.map(({ name }) => name ?? "")
    : request.topicNames;
  return {
    responses: names.map((name) => {
      const isGone = cluster.topics.delete(name);
      return { name, errorCode: isGone ? 0 : errorCode("UNKNOWN_TOPIC_OR_PARTITION") };
    }),
  };
}

/** All nodes are controllers as well. */
function describeCluster({ cluster }: Broker, { endpointType }: Request<typeof DescribeCluster>) {
  const [code] = attempt(() => cluster.meet("DescribeCluster"));
  return {
    errorCode: code,
    endpointType,
    clusterId: "fake",
    controllerId: cluster.activeController,
    brokers: [...cluster.addresses].map(([brokerId, address]) => ({ brokerId, ...address })),
  };
}

function listReassignments(
  { cluster }: Broker,
  { topics }: Request<typeof ListPartitionReassignments>,
) {
  const [code] = attempt(() => cluster.meet("ListPartitionReassignments"));
  const isAsked = (topic: string, index: number): boolean =>
    topics?.some(({ name, partitionIndexes }) =>
      name === topic && partitionIndexes.includes(index)
    ) ?? true;
  const moving = [...cluster.topics].map(([name, { partitions }]) => ({
    name,
    partitions: partitions.flatMap(({ replicas = [], move }, partitionIndex) =>
      move === undefined || !isAsked(name, partitionIndex)
        ? []
        : [{
          partitionIndex,
          replicas,
          addingReplicas: move.adding,
          removingReplicas: move.removing,
        }]
    ),
  }));
  return {
    errorCode: code,
    errorMessage: null,
    topics: code === 0 ? moving.filter(({ partitions }) => partitions.length > 0) : [],
  };
}

/** The preferred ones lead again, whatever the type. */
function electLeaders({ cluster }: Broker, { topicPartitions }: Request<typeof ElectLeaders>) {
  const [code] = attempt(() => cluster.meet("ElectLeaders"));
  if (code !== 0) return { errorCode: code, replicaElectionResults: [] };
  const wanted = topicPartitions ??
    [...cluster.topics].map(([topic, { partitions }]) => ({
      topic,
      partitions: [...partitions.keys()],
    }));
  const electOne = (topic: string, partitionId: number) => {
    const found = cluster.topics.get(topic)?.partitions[partitionId];
    const [refused] = attempt(() => {
      if (found === undefined) throw new Refusal("UNKNOWN_TOPIC_OR_PARTITION");
      if (found.leader === found.preferred) throw new Refusal("ELECTION_NOT_NEEDED");
      cluster.moveLeader(topic, partitionId, found.preferred);
    });
    const errorMessage = found === undefined ? `No such topic as ${topic}` : null;
    return { partitionId, errorCode: refused, errorMessage };
  };
  const isTold = (one: { errorCode: number }): boolean =>
    topicPartitions !== null || one.errorCode === 0;
  return {
    errorCode: 0,
    replicaElectionResults: wanted.map(({ topic, partitions }) => ({
      topic,
      partitionResult: partitions.map((one) => electOne(topic, one)).filter(isTold),
    })),
  };
}

function find({ cluster }: Broker, name: string, id: string | undefined): FakeTopic | undefined {
  return cluster.topics.get(name) ??
    [...cluster.topics.values()].find(({ topicId }) => topicId === id);
}

function led({ node }: Broker, topic: FakeTopic | undefined, partition: number): FakePartition {
  const found = topic?.partitions[partition];
  if (found === undefined) throw new Refusal("UNKNOWN_TOPIC_OR_PARTITION");
  if (found.leader !== node) throw new Refusal("NOT_LEADER_OR_FOLLOWER");
  return found;
}

export function attempt<T>(action: () => T): [code: number, value: T | undefined] {
  try {
    return [0, action()];
  } catch (error) {
    if (error instanceof Refusal) return [error.code, undefined];
    throw error;
  }
}
