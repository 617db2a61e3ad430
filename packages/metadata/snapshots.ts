// A whole image as records, and back: what a snapshot of the metadata log holds. Applied to
// nothing, the records give the image that they were made of.

import type { NodeId, Uuid } from "@odradek/base";
import { readBatches } from "@odradek/protocol/records/batch";
import type { MetadataRecordDraft } from "@odradek/protocol/schemas/metadata/mod";
import { metadataBatch } from "./batches.ts";
import { hasDirectories, hasEligibleLeaders, METADATA_VERSION } from "./features.ts";
import { applyBatch, EMPTY_STATE, type MetadataState } from "./fold.ts";
import type {
  BrokerImage,
  ClusterImage,
  ControllerImage,
  KeptRecords,
  PartitionImage,
  SupportedRange,
} from "./image.ts";

/** The content of a snapshot's file, and which part of the log it stands for. */
export interface MetadataSnapshot {
  readonly bytes: Uint8Array;
  /** Everything below this offset of the metadata log is in it. */
  readonly endOffset: number;
  /** Of the last record in it. */
  readonly epoch: number;
}

/** Fault "corrupt" if the records contradict each other; Malformed if they are none. */
export function snapshotState({ bytes, endOffset, epoch }: MetadataSnapshot): MetadataState {
  let state = EMPTY_STATE;
  for (const batch of readBatches(bytes)) state = applyBatch(state, metadataBatch(batch));
  return { ...state, image: { ...state.image, endOffset, epoch } };
}

/**
 * In an order in which each can be applied: metadata.version comes first, for it says how all that
 * follows is written; topics come before their partitions.
 */
export function* imageRecords(image: ClusterImage): Generator<MetadataRecordDraft> {
  yield* featureRecords(image);
  for (const controller of image.controllers.values()) yield controllerRecord(controller);
  for (const broker of image.brokers.values()) yield brokerRecord(broker);
  for (const { id: topicId, name, partitions } of image.topics.values()) {
    yield { type: "TopicRecord", topicId, name };
    for (const partition of partitions) yield partitionRecord(image, topicId, partition);
  }
  yield* configRecords(image);
  yield* keptRecords(image.clientQuotas);
  if (image.nextProducerId > 0) {
    // Who got the last block is not known any more.
    const nextProducerId = BigInt(image.nextProducerId);
    yield { type: "ProducerIdsRecord", brokerId: -1, nextProducerId };
  }
  yield* keptRecords(image.acls);
  yield* keptRecords(image.scramUsers);
  yield* keptRecords(image.delegationTokens);
}

function* featureRecords({ features }: ClusterImage): Generator<MetadataRecordDraft> {
  const isFirst = (name: string): number => (name === METADATA_VERSION ? 0 : 1);
  for (const [name, featureLevel] of [...features].sort(([a], [b]) => isFirst(a) - isFirst(b))) {
    yield { type: "FeatureLevelRecord", name, featureLevel };
  }
}

function controllerRecord(controller: ControllerImage): MetadataRecordDraft {
  return {
    type: "RegisterControllerRecord",
    controllerId: controller.id,
    incarnationId: controller.incarnationId,
    zkMigrationReady: false,
    endPoints: controller.endpoints,
    features: featuresOf(controller.features),
  };
}

function brokerRecord(broker: BrokerImage): MetadataRecordDraft {
  return {
    type: "RegisterBrokerRecord",
    brokerId: broker.id,
    brokerEpoch: BigInt(broker.epoch),
    incarnationId: broker.incarnationId,
    endPoints: broker.endpoints,
    features: featuresOf(broker.features),
    rack: broker.rack,
    fenced: broker.isFenced,
    inControlledShutdown: broker.isInControlledShutdown,
    logDirs: broker.directories,
    cordonedLogDirs: broker.cordonedDirectories,
  };
}

function featuresOf(features: ReadonlyMap<string, SupportedRange>) {
  return [...features].map(([name, { min, max }]) => ({
    name,
    minSupportedVersion: min,
    maxSupportedVersion: max,
  }));
}

function partitionRecord(
  image: ClusterImage,
  topicId: Uuid,
  partition: PartitionImage,
): MetadataRecordDraft {
  const { eligibleLeaderReplicas, lastKnownElr } = partition;
  const orNull = (ids: readonly NodeId[]) => (ids.length === 0 ? null : ids);
  return {
    type: "PartitionRecord",
    partitionId: partition.partition,
    topicId,
    replicas: partition.replicas,
    isr: partition.isr,
    removingReplicas: partition.removing,
    addingReplicas: partition.adding,
    leader: partition.leader,
    leaderRecoveryState: partition.isRecovering ? 1 : 0,
    leaderEpoch: partition.leaderEpoch,
    partitionEpoch: partition.partitionEpoch,
    ...(hasDirectories(image) ? { directories: partition.directories } : { directories: [] }),
    ...(hasEligibleLeaders(image)
      ? {
        eligibleLeaderReplicas: orNull(eligibleLeaderReplicas),
        lastKnownElr: orNull(lastKnownElr),
      }
      : {}),
  };
}

function* configRecords({ configs }: ClusterImage): Generator<MetadataRecordDraft> {
  for (const [key, values] of configs) {
    const resourceType = Number.parseInt(key, 10);
    const resourceName = key.slice(key.indexOf(" ") + 1);
    for (const [name, value] of values) {
      yield { type: "ConfigRecord", resourceType, resourceName, name, value };
    }
  }
}

function* keptRecords(kept: KeptRecords): Generator<MetadataRecordDraft> {
  // A record is a draft of itself.
  for (const record of kept.values()) yield record as MetadataRecordDraft;
}
