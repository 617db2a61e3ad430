// min.insync.replicas for the whole cluster. Which replicas may lead after all in-sync ones are
// gone depends on it (KIP-966), so from then on brokers must not differ: the controller's own
// setting becomes the cluster's, once.

import { type ClusterImage, CONFIG_RESOURCE, configKey } from "@odradek/metadata";
import type { ResolvedConfig } from "@odradek/metadata/configs/mod";
import type { Decision } from "./decision.ts";

const ELIGIBLE_LEADERS = "eligible.leader.replicas.version";
const IN_SYNC_MIN = "min.insync.replicas";
/** All brokers. */
const CLUSTER = "";

export function decideInSyncDefault(
  next: ClusterImage,
  config: ResolvedConfig,
): Decision<undefined> {
  const isDue = (next.features.get(ELIGIBLE_LEADERS) ?? 0) > 0 &&
    next.configs.get(configKey(CONFIG_RESOURCE.broker, CLUSTER))?.has(IN_SYNC_MIN) !== true;
  if (!isDue) return { records: [], reply: undefined };
  return {
    records: [{
      type: "ConfigRecord",
      resourceType: CONFIG_RESOURCE.broker,
      resourceName: CLUSTER,
      name: IN_SYNC_MIN,
      value: `${config.value(IN_SYNC_MIN)}`,
    }],
    reply: undefined,
  };
}
