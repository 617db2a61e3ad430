// The log directories of brokers, and what lies in them (KIP-113).

import { safeInteger } from "@odradek/base";
import { DescribeLogDirs } from "@odradek/protocol/messages/describe_log_dirs";
import type { Cluster } from "../cluster.ts";
import { type BrokerRefused, refusalOf, throwIfRefused } from "../refused.ts";

export interface DescribedReplica {
  readonly topic: string;
  readonly partition: number;
  readonly sizeBytes: number;
  /** How far it is behind. */
  readonly lag: number;
  /** On its way here from another directory. */
  readonly isFuture: boolean;
}

export interface DescribedLogDir {
  readonly path: string;
  /** Why it cannot be used. */
  readonly refusal: BrokerRefused | undefined;
  readonly replicas: readonly DescribedReplica[];
  /** Of its volume; undefined: not told. */
  readonly totalBytes: number | undefined;
  readonly usableBytes: number | undefined;
}

/** Of one broker. */
export function describeLogDirs(cluster: Cluster, node: number): Promise<DescribedLogDir[]> {
  return cluster.persist(async () => {
    const answer = await cluster.ask({ node }, DescribeLogDirs, { topics: null });
    throwIfRefused(answer.errorCode);
    return answer.results.map(({ errorCode, logDir, topics, totalBytes, usableBytes }) => ({
      path: logDir,
      refusal: refusalOf(errorCode),
      replicas: topics.flatMap(({ name: topic, partitions }) =>
        partitions.map((one) => ({
          topic,
          partition: one.partitionIndex,
          sizeBytes: safeInteger(one.partitionSize),
          lag: safeInteger(one.offsetLag),
          isFuture: one.isFutureKey,
        }))
      ),
      totalBytes: bytesIfTold(totalBytes),
      usableBytes: bytesIfTold(usableBytes),
    }));
  });
}

function bytesIfTold(bytes: bigint): number | undefined {
  return bytes < 0n ? undefined : safeInteger(bytes);
}
