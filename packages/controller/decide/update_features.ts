// Feature levels are raised and lowered (KIP-584): all that are asked for, or none.

import type { NodeId } from "@odradek/base";
import {
  type ClusterImage,
  ELIGIBLE_LEADERS,
  finalizedFeatures,
  isBuilt,
  KRAFT_VERSION,
  METADATA_VERSION,
  problemOfDependency,
  SUPPORTED_FEATURES,
  type SupportedRange,
} from "@odradek/metadata";
import type { UpdateFeaturesRequest } from "@odradek/protocol/messages/update_features";
import { Refusal } from "@odradek/protocol/refusal";
import type { MetadataRecordDraft } from "@odradek/protocol/schemas/metadata/mod";
import type { Circumstances, Decision } from "./decision.ts";
import { inSyncDefault } from "./in_sync_default.ts";

export interface UpdateFeaturesCommand {
  readonly updates: readonly FeatureUpdate[];
  readonly validateOnly: boolean;
  /** Of the controller that decides. */
  readonly nodeId: NodeId;
}

export interface FeatureUpdate {
  readonly feature: string;
  readonly level: number;
  readonly way: UpgradeWay;
}

export type UpgradeWay = "upgrade" | "safe downgrade" | "unsafe downgrade" | "unknown";

const WAYS: readonly UpgradeWay[] = ["unknown", "upgrade", "safe downgrade", "unsafe downgrade"];

/** Whatever the version of the request. */
export function featureUpdates({ featureUpdates }: UpdateFeaturesRequest): FeatureUpdate[] {
  return featureUpdates.map(({ feature, maxVersionLevel, upgradeType, allowDowngrade }) => ({
    feature,
    level: maxVersionLevel,
    way: allowDowngrade ? "safe downgrade" : WAYS[upgradeType] ?? "unknown",
  }));
}

/** Refuses with INVALID_UPDATE_VERSION if one of them cannot be. */
export function decideUpdateFeatures(
  next: ClusterImage,
  { updates, validateOnly, nodeId }: UpdateFeaturesCommand,
  { config }: Pick<Circumstances, "config">,
): Decision<undefined> {
  const proposed = new Map([
    ...next.features,
    ...updates.map(({ feature, level }) => [feature, level] as const),
  ]);
  const records = updates.flatMap((update): MetadataRecordDraft[] => {
    const problem = problemOf(next, update, { nodeId, proposed });
    if (problem !== undefined) {
      const all = "The update failed for all features since the following feature had an error";
      throw new Refusal("INVALID_UPDATE_VERSION", `${all}: ${problem}`);
    }
    const { feature: name, level: featureLevel } = update;
    if (featureLevel === levelOf(next, name)) return [];
    return [{ type: "FeatureLevelRecord", name, featureLevel }];
  });
  if (updates.some(({ feature, level }) => feature === ELIGIBLE_LEADERS && level > 0)) {
    records.push(...inSyncDefault(next, config));
  }
  return { records: validateOnly ? [] : records, reply: undefined };
}

function levelOf(image: ClusterImage, feature: string): number {
  return finalizedFeatures(image).get(feature) ?? 0;
}

/** Undefined: it may be. */
function problemOf(
  image: ClusterImage,
  { feature, level, way }: FeatureUpdate,
  { nodeId, proposed }: {
    readonly nodeId: NodeId;
    readonly proposed: ReadonlyMap<string, number>;
  },
): string | undefined {
  const present = levelOf(image, feature);
  const what = `Invalid update version ${level} for feature ${feature}.`;
  if (way === "unknown") return `${what} The controller does not support the given upgrade type.`;
  if (level < 0) return `${what} A feature version cannot be less than 0.`;
  const unsupported = problemOfSupport(image, { feature, level }, nodeId);
  if (unsupported !== undefined) return `${what} ${unsupported}`;
  if (level < present && way === "upgrade") {
    const without = "without setting the upgrade type to either safe or unsafe downgrade.";
    return `${what} Can't downgrade the version of this feature ${without}`;
  }
  if (feature === METADATA_VERSION && level < present) {
    const why = way === "safe downgrade"
      ? "Refusing to perform the requested downgrade because it might delete metadata information."
      : "Unsafe metadata downgrade is not supported in this version.";
    return `Unsupported metadata.version downgrade from ${present} to ${level}. ${why}`;
  }
  const dependency = problemOfDependency(feature, level, proposed);
  if (dependency !== undefined) return `${what} ${dependency}`;
  if (level <= present || isBuilt(feature, level)) return undefined;
  return `${what} What this level turns on is not built yet: leave it at ${present}.`;
}

/** Every node must be able to read what is written at the level. */
function problemOfSupport(
  image: ClusterImage,
  { feature, level }: { readonly feature: string; readonly level: number },
  nodeId: NodeId,
): string | undefined {
  const local = problemOfRange(SUPPORTED_FEATURES.get(feature), level);
  if (local !== undefined) return `Local controller ${nodeId} ${local}`;
  // In the log of the quorum itself, not in what it agrees on.
  if (feature === KRAFT_VERSION) {
    if (level === image.kraftVersion) return undefined;
    return "It is changed with the voters of the quorum.";
  }
  const { brokers, controllers } = image;
  const nodes = [
    ...[...brokers.values()].map(({ id, features }) => ({ who: `Broker ${id}`, features })),
    ...[...controllers.values()].map(({ id, features }) => ({ who: `Controller ${id}`, features })),
  ];
  for (const { who, features } of nodes) {
    const problem = level === 0 ? undefined : problemOfRange(features.get(feature), level);
    if (problem !== undefined) return `${who} ${problem}`;
  }
  return undefined;
}

function problemOfRange(range: SupportedRange | undefined, level: number): string | undefined {
  if (range === undefined) return "does not support this feature.";
  const { min, max } = range;
  return level >= min && level <= max ? undefined : `only supports versions ${min}-${max}`;
}
