// The features of a cluster: what this release supports, what a fresh cluster runs, and in which
// version a record must be written at the finalized metadata.version.

import type { MetadataRecordName } from "@odradek/protocol/schemas/metadata/mod";
import type { ClusterImage, SupportedRange } from "./image.ts";

export const METADATA_VERSION = "metadata.version";
export const KRAFT_VERSION = "kraft.version";
/** From level 1 on partitions keep who may lead beside the in-sync replicas (KIP-966). */
export const ELIGIBLE_LEADERS = "eligible.leader.replicas.version";

/** What this release can read and run with. */
export const SUPPORTED_FEATURES: ReadonlyMap<string, SupportedRange> = new Map([
  [METADATA_VERSION, { min: 7, max: 33 }],
  [KRAFT_VERSION, { min: 0, max: 1 }],
  [ELIGIBLE_LEADERS, { min: 0, max: 1 }],
  ["group.version", { min: 0, max: 1 }],
  ["share.version", { min: 0, max: 2 }],
  ["streams.version", { min: 0, max: 1 }],
  ["transaction.version", { min: 0, max: 2 }],
]);

/** What a cluster is formatted with: 4.3-IV0. */
export const FRESH_METADATA_VERSION = 30;

/** From which metadata.version on a fresh cluster runs a feature whose parts are there. */
const FRESH_FEATURES: readonly { name: string; level: number; since: number }[] = [
  { name: ELIGIBLE_LEADERS, level: 1, since: 26 },
];

/** What a cluster begins with, metadata.version first: it says how all that follows is written. */
export function freshLevels(metadataVersion = FRESH_METADATA_VERSION): Map<string, number> {
  return new Map([
    [METADATA_VERSION, metadataVersion],
    ...FRESH_FEATURES.filter(({ since }) => metadataVersion >= since)
      .map(({ name, level }) => [name, level] as const),
  ]);
}

/** Whether a feature can be raised to a level: what it turns on is there. */
export function isBuilt(name: string, level: number): boolean {
  return level === 0 || name === METADATA_VERSION ||
    FRESH_FEATURES.some((one) => one.name === name && level <= one.level);
}

/** From 7, the oldest that is supported. */
const METADATA_VERSION_NAMES = [
  ..."3.3-IV3 3.4-IV0 3.5-IV0 3.5-IV1 3.5-IV2 3.6-IV0 3.6-IV1 3.6-IV2".split(" "),
  ..."3.7-IV0 3.7-IV1 3.7-IV2 3.7-IV3 3.7-IV4 3.8-IV0 3.9-IV0".split(" "),
  ..."4.0-IV0 4.0-IV1 4.0-IV2 4.0-IV3 4.1-IV0 4.1-IV1 4.2-IV0 4.2-IV1".split(" "),
  ..."4.3-IV0 4.4-IV0 4.4-IV1 4.4-IV2".split(" "),
];
const OLDEST_METADATA_VERSION = 7;

/** `4.3-IV0` for 30; undefined for levels without a name here. */
export function metadataVersionName(level: number): string | undefined {
  return METADATA_VERSION_NAMES[level - OLDEST_METADATA_VERSION];
}

/** Levels at which records took on a field. */
const WITH_DIRECTORIES = 17;
export const WITH_ELIGIBLE_LEADERS = 23;
const WITH_CORDONED_DIRECTORIES = 30;

/** Why a feature cannot have a level beside others; undefined: it can. */
export function problemOfDependency(
  name: string,
  level: number,
  others: ReadonlyMap<string, number>,
): string | undefined {
  if (name !== ELIGIBLE_LEADERS || level === 0) return undefined;
  const metadataVersion = others.get(METADATA_VERSION) ?? FRESH_METADATA_VERSION;
  if (metadataVersion >= WITH_ELIGIBLE_LEADERS) return undefined;
  const needs = `${METADATA_VERSION} level ${WITH_ELIGIBLE_LEADERS}`;
  return `${name} could not be set to ${level} because it depends on ${needs}`;
}

/** All levels that the cluster has agreed on: those of the image, and the quorum's own. */
export function finalizedFeatures(image: ClusterImage): ReadonlyMap<string, number> {
  if (image.kraftVersion === 0) return image.features;
  return new Map([...image.features, [KRAFT_VERSION, image.kraftVersion]]);
}

/** Whether replicas and registrations can say which log directory they mean (KIP-858). */
export function hasDirectories(image: ClusterImage): boolean {
  return metadataVersion(image) >= WITH_DIRECTORIES;
}

/** Whether partitions know who may lead beside the in-sync replicas (KIP-966). */
export function hasEligibleLeaders(image: ClusterImage): boolean {
  return metadataVersion(image) >= WITH_ELIGIBLE_LEADERS;
}

/** The version of a record that every node of the cluster can read. */
export function recordVersion(type: MetadataRecordName, image: ClusterImage): number {
  const level = metadataVersion(image);
  switch (type) {
    case "RegisterBrokerRecord":
      if (level >= WITH_CORDONED_DIRECTORIES) return 4;
      return level >= WITH_DIRECTORIES ? 3 : 1;
    case "BrokerRegistrationChangeRecord":
      if (level >= WITH_CORDONED_DIRECTORIES) return 3;
      return level >= WITH_DIRECTORIES ? 2 : 1;
    case "PartitionRecord":
    case "PartitionChangeRecord":
      if (level >= WITH_ELIGIBLE_LEADERS) return 2;
      return level >= WITH_DIRECTORIES ? 1 : 0;
    default:
      return 0;
  }
}

function metadataVersion(image: ClusterImage): number {
  return image.features.get(METADATA_VERSION) ?? FRESH_METADATA_VERSION;
}
