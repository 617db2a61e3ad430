// The quorum that agrees on the metadata, and the features that it has finalized.

import { METADATA_TOPIC, safeInteger, type Uuid } from "@odradek/base";
import { DescribeQuorum } from "@odradek/protocol/messages/describe_quorum";
import { UnregisterBroker } from "@odradek/protocol/messages/unregister_broker";
import { UpdateFeatures } from "@odradek/protocol/messages/update_features";
import type { Response } from "@odradek/protocol/schema/mod";
import type { Cluster } from "../cluster.ts";
import { BrokerRefused, throwIfRefused } from "../refused.ts";

export interface QuorumReplica {
  readonly id: number;
  readonly directoryId: Uuid;
  readonly endOffset: number;
  /** Wall clock ms; undefined: not known. */
  readonly fetchedAtMs: number | undefined;
  readonly caughtUpAtMs: number | undefined;
}

export interface DescribedQuorum {
  readonly leaderId: number;
  readonly leaderEpoch: number;
  readonly highWatermark: number;
  readonly voters: readonly QuorumReplica[];
  readonly observers: readonly QuorumReplica[];
  /** `CONTROLLER://host:port` of those that are told. */
  readonly endpoints: ReadonlyMap<number, readonly string[]>;
}

type Partition = Response<typeof DescribeQuorum>["topics"][number]["partitions"][number];

export function describeQuorum(cluster: Cluster): Promise<DescribedQuorum> {
  return cluster.persist(async () => {
    const topics = [{ topicName: METADATA_TOPIC, partitions: [{ partitionIndex: 0 }] }];
    const answer = await cluster.ask("any", DescribeQuorum, { topics });
    throwIfRefused(answer.errorCode, answer.errorMessage);
    const told = answer.topics[0]?.partitions[0];
    if (told === undefined) throw new BrokerRefused("UNKNOWN_SERVER_ERROR", "No answer");
    throwIfRefused(told.errorCode, told.errorMessage);
    return {
      leaderId: told.leaderId,
      leaderEpoch: told.leaderEpoch,
      highWatermark: safeInteger(told.highWatermark),
      voters: told.currentVoters.map(replica),
      observers: told.observers.map(replica),
      endpoints: new Map(answer.nodes.map(({ nodeId, listeners }) => [
        nodeId,
        listeners.map(({ name, host, port }) => `${name}://${host}:${port}`),
      ])),
    };
  });
}

function replica(one: Partition["currentVoters"][number]): QuorumReplica {
  return {
    id: one.replicaId,
    directoryId: one.replicaDirectoryId,
    endOffset: safeInteger(one.logEndOffset),
    fetchedAtMs: timeIfKnown(one.lastFetchTimestamp),
    caughtUpAtMs: timeIfKnown(one.lastCaughtUpTimestamp),
  };
}

function timeIfKnown(time: bigint): number | undefined {
  return time < 0n ? undefined : safeInteger(time);
}

/** BrokerRefused if there is no such broker, or it lives. */
export async function unregisterBroker(cluster: Cluster, brokerId: number): Promise<void> {
  await cluster.persist(async () => {
    const answer = await cluster.ask("any", UnregisterBroker, { brokerId });
    throwIfRefused(answer.errorCode, answer.errorMessage);
  });
}

export interface FeatureChange {
  readonly feature: string;
  /** 0: off. */
  readonly level: number;
  readonly way: keyof typeof UPGRADE_TYPES;
}

/** By their numbers in the protocol (KIP-778). */
export const UPGRADE_TYPES = { upgrade: 1, "safe downgrade": 2, "unsafe downgrade": 3 } as const;

/** All or none: BrokerRefused if one of them cannot be. */
export async function updateFeatures(
  cluster: Cluster,
  changes: readonly FeatureChange[],
  { validateOnly = false }: { readonly validateOnly?: boolean } = {},
): Promise<void> {
  await cluster.persist(async () => {
    const answer = await cluster.ask("any", UpdateFeatures, {
      featureUpdates: changes.map(({ feature, level, way }) => ({
        feature,
        maxVersionLevel: level,
        upgradeType: UPGRADE_TYPES[way],
      })),
      validateOnly,
    });
    throwIfRefused(answer.errorCode, answer.errorMessage);
  });
}
