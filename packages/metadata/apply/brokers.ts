// Brokers and controllers: registered, fenced, unfenced, shutting down, gone.

import type { NodeId } from "@odradek/base";
import { safeInteger } from "@odradek/base";
import type {
  BrokerRegistrationChangeRecord,
  RegisterBrokerRecord,
  RegisterControllerRecord,
} from "@odradek/protocol/schemas/metadata/mod";
import type { BrokerImage, ClusterImage, SupportedRange } from "../image.ts";
import { contradiction } from "./contradiction.ts";

export function applyRegisterBroker(
  image: ClusterImage,
  record: RegisterBrokerRecord,
): ClusterImage {
  const broker: BrokerImage = {
    id: record.brokerId as NodeId,
    epoch: safeInteger(record.brokerEpoch),
    incarnationId: record.incarnationId,
    endpoints: record.endPoints,
    features: rangesOf(record.features),
    rack: record.rack,
    isFenced: record.fenced,
    isInControlledShutdown: record.inControlledShutdown,
    directories: record.logDirs,
    cordonedDirectories: record.cordonedLogDirs,
  };
  return withBroker(image, broker);
}

export function applyUnregisterBroker(
  image: ClusterImage,
  record: { readonly brokerId: number; readonly brokerEpoch: bigint },
): ClusterImage {
  const broker = brokerOf(image, record);
  const brokers = new Map(image.brokers);
  brokers.delete(broker.id);
  return { ...image, brokers };
}

export function applyBrokerRegistrationChange(
  image: ClusterImage,
  record: BrokerRegistrationChangeRecord,
): ClusterImage {
  const broker = brokerOf(image, record);
  return withBroker(image, {
    ...broker,
    isFenced: record.fenced === 0 ? broker.isFenced : record.fenced > 0,
    isInControlledShutdown: record.inControlledShutdown > 0 || broker.isInControlledShutdown,
    directories: record.logDirs.length === 0 ? broker.directories : record.logDirs,
    cordonedDirectories: record.cordonedLogDirs ?? broker.cordonedDirectories,
  });
}

/** The records of clusters older than 3.3. */
export function applyFencing(
  image: ClusterImage,
  record: { readonly id: number; readonly epoch: bigint },
  isFenced: boolean,
): ClusterImage {
  const broker = brokerOf(image, { brokerId: record.id, brokerEpoch: record.epoch });
  return withBroker(image, { ...broker, isFenced });
}

export function applyRegisterController(
  image: ClusterImage,
  record: RegisterControllerRecord,
): ClusterImage {
  const id = record.controllerId as NodeId;
  const controllers = new Map(image.controllers).set(id, {
    id,
    incarnationId: record.incarnationId,
    endpoints: record.endPoints,
    features: rangesOf(record.features),
  });
  return { ...image, controllers };
}

export function applyUnregisterController(image: ClusterImage, controllerId: number): ClusterImage {
  const controllers = new Map(image.controllers);
  controllers.delete(controllerId as NodeId);
  return { ...image, controllers };
}

function withBroker(image: ClusterImage, broker: BrokerImage): ClusterImage {
  return { ...image, brokers: new Map(image.brokers).set(broker.id, broker) };
}

function brokerOf(
  image: ClusterImage,
  { brokerId, brokerEpoch }: { readonly brokerId: number; readonly brokerEpoch: bigint },
): BrokerImage {
  const broker = image.brokers.get(brokerId as NodeId);
  if (broker === undefined || broker.epoch !== safeInteger(brokerEpoch)) {
    throw contradiction(`There is no broker ${brokerId} of epoch ${brokerEpoch}`);
  }
  return broker;
}

function rangesOf(
  features: readonly {
    readonly name: string;
    readonly minSupportedVersion: number;
    readonly maxSupportedVersion: number;
  }[],
): ReadonlyMap<string, SupportedRange> {
  return new Map(features.map(({ name, minSupportedVersion: min, maxSupportedVersion: max }) => [
    name,
    { min, max },
  ]));
}
