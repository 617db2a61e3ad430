// The first records of a cluster: the feature levels that it was formatted with. A log that holds
// any feature has them already.

import type { MetadataRecord, MetadataRecordDraft } from "@odradek/protocol/schemas/metadata/mod";
import { type ClusterImage, freshLevels } from "@odradek/metadata";
import type { Decision } from "./decision.ts";

/** `formatted`: what the bootstrap checkpoint holds. */
export function decideBootstrap(
  next: ClusterImage,
  formatted: readonly MetadataRecord[],
): Decision<undefined> {
  if (next.features.size > 0) return { records: [], reply: undefined };
  const records = formatted.filter(({ type }) => type !== "NoOpRecord") as MetadataRecordDraft[];
  return { records: records.length > 0 ? records : freshFeatures(), reply: undefined };
}

export function freshFeatures(): MetadataRecordDraft[] {
  return [...freshLevels()].map(([name, featureLevel]) =>
    ({ type: "FeatureLevelRecord", name, featureLevel }) as const
  );
}
