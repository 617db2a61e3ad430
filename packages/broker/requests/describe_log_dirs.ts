// DescribeLogDirs: the log directories of this broker, what lies in each, and how full its volume
// is (KIP-113, KIP-827).

import type { DiskSpace } from "@odradek/base";
import { type ClusterImage, topicNamed } from "@odradek/metadata";
import { CLUSTER, type Endpoint, endpoint } from "@odradek/network";
import { errors } from "@odradek/protocol/errors";
import {
  DescribeLogDirs,
  type DescribeLogDirsRequest,
  type DescribeLogDirsResponse,
} from "@odradek/protocol/messages/describe_log_dirs";
import { Refusal } from "@odradek/protocol/refusal";
import { isOffline } from "../partitions/log_directories.ts";
import { isRefused } from "../partitions/refused.ts";
import type { LocatedAnswer, PartitionRef } from "../partitions/service.ts";
import type { Services } from "./services.ts";

type Reached = Pick<Services, "image" | "partitions" | "hooks" | "nodeId" | "logDirs">;
type Answered = DescribeLogDirsResponse["results"][number];
type Topics = Answered["topics"];

interface Replica extends PartitionRef {
  readonly topic: string;
}

export function describeLogDirsEndpoint(services: Reached): Endpoint {
  return endpoint(DescribeLogDirs, {
    async handle(request, context) {
      if (!services.hooks.authorize(context, "Describe", CLUSTER)) {
        throw new Refusal("CLUSTER_AUTHORIZATION_FAILED");
      }
      return { errorCode: errors.NONE.code, results: await describe(services, request) };
    },
    refuse: (_, { code: errorCode }) => ({ errorCode, results: [] }),
  });
}

async function describe(services: Reached, request: DescribeLogDirsRequest): Promise<Answered[]> {
  const { partitions, logDirs } = services;
  const asked = replicasOf(services, request);
  const outcomes = await partitions.located(asked.map(({ topicId, partition }) => ({
    topicId,
    partition,
  })));
  const found = asked.flatMap((replica, i) => {
    const outcome = outcomes[i];
    // Not here yet, or not any more.
    return outcome === undefined || isRefused(outcome) ? [] : [{ ...replica, ...outcome }];
  });
  return await Promise.all(logDirs.all.map(async (directory) => {
    const { id, path } = directory;
    if (isOffline(directory)) {
      return { errorCode: errors.KAFKA_STORAGE_ERROR.code, logDir: path, topics: [] };
    }
    const topics = byTopic(found.filter(({ directoryId }) => directoryId === id));
    const bytes = bytesOf(await logDirs.space(path));
    return { errorCode: errors.NONE.code, logDir: path, topics, ...bytes };
  }));
}

/** Those of this broker that are asked for. */
function replicasOf(
  { image, nodeId }: Reached,
  { topics }: DescribeLogDirsRequest,
): Replica[] {
  const now = image();
  const wanted = topics === null
    ? [...now.topicIds].map(([topic]) => topic).sort()
      .map((topic) => ({ topic, partitions: undefined }))
    : topics.map(({ topic, partitions }) => ({ topic, partitions: new Set(partitions) }));
  return wanted.flatMap(({ topic, partitions }) =>
    partitionsOf(now, topic)
      .filter(({ replicas }) => replicas.includes(nodeId))
      .filter(({ partition }) => partitions === undefined || partitions.has(partition))
      .map(({ topicId, partition }) => ({ topic, topicId, partition }))
  );
}

function partitionsOf(image: ClusterImage, name: string) {
  const topic = topicNamed(image, name);
  if (topic === undefined) return [];
  return topic.partitions.map(({ partition, replicas }) => ({
    topicId: topic.id,
    partition,
    replicas,
  }));
}

function byTopic(replicas: readonly (Replica & LocatedAnswer)[]): Topics {
  return [...Map.groupBy(replicas, ({ topic }) => topic)].map(([name, some]) => ({
    name,
    partitions: some.map(({ partition, sizeBytes, lag }) => ({
      partitionIndex: partition,
      partitionSize: BigInt(sizeBytes),
      offsetLag: BigInt(lag),
      isFutureKey: false,
    })),
  }));
}

function bytesOf({ totalBytes, usableBytes }: DiskSpace) {
  return { totalBytes: BigInt(totalBytes), usableBytes: BigInt(usableBytes) };
}
