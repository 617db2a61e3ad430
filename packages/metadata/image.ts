// The cluster as the metadata log tells it: an immutable value, folded record by record.
// Controllers decide on it, brokers follow it. Every version shares what did not change with the
// one before.

import type { Epoch, NodeId, Uuid } from "@odradek/base";
import type { MetadataRecord } from "@odradek/protocol/schemas/metadata/mod";
import { PersistentMap } from "./persistent_map.ts";

export interface PartitionImage {
  readonly partition: number;
  /** The first is the preferred leader. */
  readonly replicas: readonly NodeId[];
  readonly isr: readonly NodeId[];
  readonly adding: readonly NodeId[];
  readonly removing: readonly NodeId[];
  /** -1: none. */
  readonly leader: NodeId;
  readonly leaderEpoch: Epoch;
  /** Grows by one with every change. */
  readonly partitionEpoch: number;
  readonly isRecovering: boolean;
  /** Log directory of each replica, in their order. */
  readonly directories: readonly Uuid[];
  readonly eligibleLeaderReplicas: readonly NodeId[];
  readonly lastKnownElr: readonly NodeId[];
}

export interface TopicImage {
  readonly id: Uuid;
  readonly name: string;
  /** By partition, without gaps. */
  readonly partitions: readonly PartitionImage[];
}

export interface EndpointImage {
  /** Of the listener. */
  readonly name: string;
  readonly host: string;
  readonly port: number;
  /** 0 PLAINTEXT, 1 SSL, 2 SASL_PLAINTEXT, 3 SASL_SSL. */
  readonly securityProtocol: number;
}

export interface SupportedRange {
  readonly min: number;
  readonly max: number;
}

export interface BrokerImage {
  readonly id: NodeId;
  /** The offset of its registration record. */
  readonly epoch: number;
  readonly incarnationId: Uuid;
  readonly endpoints: readonly EndpointImage[];
  readonly features: ReadonlyMap<string, SupportedRange>;
  readonly rack: string | null;
  readonly isFenced: boolean;
  readonly isInControlledShutdown: boolean;
  readonly directories: readonly Uuid[];
  /** Those that take no new replicas; null: not told. */
  readonly cordonedDirectories: readonly Uuid[] | null;
}

export interface ControllerImage {
  readonly id: NodeId;
  readonly incarnationId: Uuid;
  readonly endpoints: readonly EndpointImage[];
  readonly features: ReadonlyMap<string, SupportedRange>;
}

/** Records of what this version does not act on yet: kept as they are, and counted. */
export type KeptRecords = ReadonlyMap<string, MetadataRecord>;

export interface ClusterImage {
  /** Everything below this offset of the metadata log is in it. */
  readonly endOffset: number;
  /** Of the last record in it. */
  readonly epoch: number;
  readonly topics: PersistentMap<TopicImage>;
  readonly topicIds: PersistentMap<Uuid>;
  readonly brokers: ReadonlyMap<NodeId, BrokerImage>;
  readonly controllers: ReadonlyMap<NodeId, ControllerImage>;
  /** That the quorum has agreed on: 1 if its voters can change (KIP-853). */
  readonly kraftVersion: number;
  /** Finalized levels by feature; those of level 0 are absent. */
  readonly features: ReadonlyMap<string, number>;
  /** By `configKey`. */
  readonly configs: PersistentMap<ReadonlyMap<string, string>>;
  /** First id that no broker has got yet. */
  readonly nextProducerId: number;
  readonly acls: KeptRecords;
  readonly scramUsers: KeptRecords;
  readonly clientQuotas: KeptRecords;
  readonly delegationTokens: KeptRecords;
}

export const EMPTY_IMAGE: ClusterImage = {
  endOffset: 0,
  epoch: 0,
  topics: PersistentMap.empty(),
  topicIds: PersistentMap.empty(),
  brokers: new Map(),
  controllers: new Map(),
  kraftVersion: 0,
  features: new Map(),
  configs: PersistentMap.empty(),
  nextProducerId: 0,
  acls: new Map(),
  scramUsers: new Map(),
  clientQuotas: new Map(),
  delegationTokens: new Map(),
};

/** Resource types of configurations, as DescribeConfigs numbers them. */
export const CONFIG_RESOURCE = {
  topic: 2,
  broker: 4,
  clientMetrics: 16,
  group: 32,
} as const;

/** The key of a resource in `ClusterImage.configs`; the cluster default of brokers has no name. */
export function configKey(resourceType: number, name: string): string {
  return `${resourceType} ${name}`;
}

export function topicNamed(image: ClusterImage, name: string): TopicImage | undefined {
  const id = image.topicIds.get(name);
  return id === undefined ? undefined : image.topics.get(id);
}

export function isActive(broker: BrokerImage): boolean {
  return !broker.isFenced && !broker.isInControlledShutdown;
}
