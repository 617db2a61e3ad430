// min.insync.replicas for the whole cluster. Which replicas may lead after all in-sync ones are
// gone depends on it (KIP-966), so from then on brokers must not differ: the controller's own
// setting becomes the cluster's, once.

import {
  type ClusterImage,
  CONFIG_RESOURCE,
  configKey,
  ELIGIBLE_LEADERS,
} from "@odradek/metadata";
import type { ResolvedConfig } from "@odradek/metadata/configs/mod";
import type { MetadataRecordDraft } from "@odradek/protocol/schemas/metadata/mod";
import type { Decision } from "./decision.ts";

export const IN_SYNC_MIN = "min.insync.replicas";
/** All brokers. */
const CLUSTER = "";

export function decideInSyncDefault(
  next: ClusterImage,
  config: ResolvedConfig,
): Decision<undefined> {
  const isDue = (next.features.get(ELIGIBLE_LEADERS) ?? 0) > 0;
  return { records: isDue ? inSyncDefault(next, config) : [], reply: undefined };
}

/** What is missing; and what some brokers alone have, goes. */
export function inSyncDefault(image: ClusterImage, config: ResolvedConfig): MetadataRecordDraft[] {
  const isSet = image.configs.get(configKey(CONFIG_RESOURCE.broker, CLUSTER))?.has(IN_SYNC_MIN);
  const given = isSet ? [] : [ofBroker(CLUSTER, `${config.value(IN_SYNC_MIN)}`)];
  const own = [...image.brokers.keys()].map(String)
    .filter((id) => image.configs.get(configKey(CONFIG_RESOURCE.broker, id))?.has(IN_SYNC_MIN))
    .map((id) => ofBroker(id, null));
  return [...given, ...own];
}

function ofBroker(resourceName: string, value: string | null): MetadataRecordDraft {
  const resourceType = CONFIG_RESOURCE.broker;
  return { type: "ConfigRecord", resourceType, resourceName, name: IN_SYNC_MIN, value };
}
