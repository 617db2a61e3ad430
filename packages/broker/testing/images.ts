// Images of a cluster for tests, from as little as a test wants to say.

import { epoch, type NodeId, nodeId, type Uuid, uuidFromBytes } from "@odradek/base";
import {
  type BrokerImage,
  type ClusterImage,
  CONFIG_RESOURCE,
  configKey,
  EMPTY_IMAGE,
  type PartitionImage,
  PersistentMap,
} from "@odradek/metadata";

/** The same id for the same number, from 1. */
export function testUuid(number: number): Uuid {
  const bytes = new Uint8Array(16);
  new DataView(bytes.buffer).setUint32(0, 0x01000000 + number);
  return uuidFromBytes(bytes);
}

export interface PartitionDraft {
  readonly partition?: number;
  readonly replicas?: readonly number[];
  /** All replicas if absent. */
  readonly isr?: readonly number[];
  /** The first replica if absent. */
  readonly leader?: number;
  readonly leaderEpoch?: number;
  readonly directories?: readonly Uuid[];
  readonly eligibleLeaderReplicas?: readonly number[];
  readonly lastKnownElr?: readonly number[];
}

export function partitionImage(draft: PartitionDraft = {}): PartitionImage {
  const replicas = (draft.replicas ?? [1]).map(nodeId);
  return {
    partition: draft.partition ?? 0,
    replicas,
    isr: draft.isr?.map(nodeId) ?? replicas,
    adding: [],
    removing: [],
    leader: nodeId(draft.leader ?? replicas[0] ?? -1),
    leaderEpoch: epoch(draft.leaderEpoch ?? 0),
    partitionEpoch: 0,
    isRecovering: false,
    directories: draft.directories ?? [],
    eligibleLeaderReplicas: (draft.eligibleLeaderReplicas ?? []).map(nodeId),
    lastKnownElr: (draft.lastKnownElr ?? []).map(nodeId),
  };
}

export interface BrokerDraft {
  readonly id: number;
  /** By listener. `PLAINTEXT` on `b<id>:9092` if absent. */
  readonly endpoints?: Readonly<Record<string, { readonly host: string; readonly port: number }>>;
  readonly rack?: string | null;
  readonly isFenced?: boolean;
  readonly isInControlledShutdown?: boolean;
}

export function brokerImage(draft: BrokerDraft): BrokerImage {
  const endpoints = draft.endpoints ?? { PLAINTEXT: { host: `b${draft.id}`, port: 9092 } };
  return {
    id: nodeId(draft.id),
    epoch: 0,
    incarnationId: testUuid(1000 + draft.id),
    endpoints: Object.entries(endpoints).map(([name, { host, port }]) => ({
      name,
      host,
      port,
      securityProtocol: 0,
    })),
    features: new Map(),
    rack: draft.rack ?? null,
    isFenced: draft.isFenced ?? false,
    isInControlledShutdown: draft.isInControlledShutdown ?? false,
    directories: [],
    cordonedDirectories: null,
  };
}

export interface TopicDraft {
  readonly name: string;
  readonly id: Uuid;
  /** One on broker 1 if absent. */
  readonly partitions?: readonly PartitionDraft[];
  readonly configs?: Readonly<Record<string, string>>;
}

export interface ImageDraft {
  readonly topics?: readonly TopicDraft[];
  /** Broker 1 if absent. */
  readonly brokers?: readonly BrokerDraft[];
  readonly endOffset?: number;
}

export function clusterImage(draft: ImageDraft = {}): ClusterImage {
  const topics = draft.topics ?? [];
  const brokers = (draft.brokers ?? [{ id: 1 }]).map(brokerImage);
  return {
    ...EMPTY_IMAGE,
    endOffset: draft.endOffset ?? 1,
    brokers: new Map<NodeId, BrokerImage>(brokers.map((broker) => [broker.id, broker])),
    topics: PersistentMap.from(topics.map(({ id, name, partitions = [{}] }) => {
      const images = partitions.map((one, partition) => partitionImage({ partition, ...one }));
      return [id, { id, name, partitions: images }];
    })),
    topicIds: PersistentMap.from(topics.map(({ id, name }) => [name, id])),
    configs: PersistentMap.from(
      topics.flatMap(({ name, configs }) =>
        configs === undefined
          ? []
          : [[configKey(CONFIG_RESOURCE.topic, name), new Map(Object.entries(configs))] as const]
      ),
    ),
  };
}
