// Configurations, feature levels and the producer ids that were given out.

import { safeInteger } from "@odradek/base";
import type {
  ConfigRecord,
  FeatureLevelRecord,
  ProducerIdsRecord,
} from "@odradek/protocol/schemas/metadata/mod";
import { type ClusterImage, configKey } from "../image.ts";

export function applyConfig(image: ClusterImage, record: ConfigRecord): ClusterImage {
  const key = configKey(record.resourceType, record.resourceName);
  const values = new Map(image.configs.get(key));
  if (record.value === null) values.delete(record.name);
  else values.set(record.name, record.value);
  const configs = values.size === 0 ? image.configs.without(key) : image.configs.with(key, values);
  return { ...image, configs };
}

export function applyFeatureLevel(image: ClusterImage, record: FeatureLevelRecord): ClusterImage {
  const features = new Map(image.features);
  if (record.featureLevel === 0) features.delete(record.name);
  else features.set(record.name, record.featureLevel);
  return { ...image, features };
}

export function applyProducerIds(image: ClusterImage, record: ProducerIdsRecord): ClusterImage {
  return { ...image, nextProducerId: safeInteger(record.nextProducerId) };
}
