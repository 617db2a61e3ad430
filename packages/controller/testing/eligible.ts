// Records with which a cluster keeps eligible leaders (KIP-966), and those of a topic's minimum.

import type { MetadataRecordDraft } from "@odradek/protocol/schemas/metadata/mod";

export const KEEPS_ELIGIBLE: readonly MetadataRecordDraft[] = [
  { type: "FeatureLevelRecord", name: "metadata.version", featureLevel: 30 },
  { type: "FeatureLevelRecord", name: "eligible.leader.replicas.version", featureLevel: 1 },
];

export function topicSetting(topic: string, name: string, value: string): MetadataRecordDraft {
  return { type: "ConfigRecord", resourceType: 2, resourceName: topic, name, value };
}
