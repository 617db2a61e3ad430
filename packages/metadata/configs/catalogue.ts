// All keys by name: those of brokers and controllers, of topics, of groups, of
// subscriptions of client metrics. The tables themselves stand by area in tables/.

import type { ConfigDefinition, ValueOf } from "./definition.ts";
import { GROUP_KEYS } from "./tables/group_keys.ts";
import { GROUPS } from "./tables/groups.ts";
import { LOG } from "./tables/log.ts";
import { CLIENT_METRICS_KEYS, METRICS } from "./tables/metrics.ts";
import { NETWORK } from "./tables/network.ts";
import { NODE } from "./tables/node.ts";
import { OWN } from "./tables/own.ts";
import { SASL } from "./tables/sasl.ts";
import { SECURITY } from "./tables/security.ts";
import { SHARE_GROUPS } from "./tables/share_groups.ts";
import { STREAMS_GROUPS } from "./tables/streams_groups.ts";
import { TIERED } from "./tables/tiered.ts";
import { TOPIC_KEYS } from "./tables/topic_keys.ts";
import { TOPICS } from "./tables/topics.ts";
import { TRANSACTIONS } from "./tables/transactions.ts";

/** Keys of brokers and controllers. */
export const BROKER_CONFIGS = {
  ...NODE,
  ...NETWORK,
  ...TOPICS,
  ...LOG,
  ...TIERED,
  ...GROUPS,
  ...SHARE_GROUPS,
  ...STREAMS_GROUPS,
  ...TRANSACTIONS,
  ...SECURITY,
  ...SASL,
  ...METRICS,
  ...OWN,
};

export const TOPIC_CONFIGS = TOPIC_KEYS;
export const GROUP_CONFIGS = GROUP_KEYS;
export const CLIENT_METRICS_CONFIGS = CLIENT_METRICS_KEYS;

export type BrokerConfigName = keyof typeof BROKER_CONFIGS;
export type BrokerConfigValue<N extends BrokerConfigName> = ValueOf<(typeof BROKER_CONFIGS)[N]>;
export type TopicConfigName = keyof typeof TOPIC_CONFIGS;
export type TopicConfigValue<N extends TopicConfigName> = ValueOf<(typeof TOPIC_CONFIGS)[N]>;
export type GroupConfigName = keyof typeof GROUP_CONFIGS;

const brokerKeys = new Map<string, ConfigDefinition>(Object.entries(BROKER_CONFIGS));
const topicKeys = new Map<string, ConfigDefinition>(Object.entries(TOPIC_CONFIGS));
const groupKeys = new Map<string, ConfigDefinition>(Object.entries(GROUP_CONFIGS));
const clientMetricsKeys = new Map<string, ConfigDefinition>(
  Object.entries(CLIENT_METRICS_CONFIGS),
);

/**
 * The definition of a broker's key. A key for one listener (`listener.name.<listener>.` before a
 * key, and a mechanism before one of SASL) has the definition of the key behind the prefix.
 */
export function brokerDefinition(name: string): ConfigDefinition | undefined {
  return brokerKeys.get(withoutListener(name));
}

export function topicDefinition(name: string): ConfigDefinition | undefined {
  return topicKeys.get(name);
}

export function groupDefinition(name: string): ConfigDefinition | undefined {
  return groupKeys.get(name);
}

export function clientMetricsDefinition(name: string): ConfigDefinition | undefined {
  return clientMetricsKeys.get(name);
}

/** The key behind the prefix of a listener, or the key as it is. */
export function withoutListener(name: string): string {
  const rest = /^listener\.name\.[^.]+\.(.+)$/.exec(name)?.[1];
  if (rest === undefined) return name;
  return brokerKeys.has(rest) ? rest : rest.replace(/^[^.]+\.(?=sasl\.)/, "");
}

/** A key and those that stand in for one another with it, the one that counts first. */
export function chainOf(name: string): readonly string[] {
  return CHAINS.get(name) ?? [name];
}

const CHAINS = new Map(
  [...brokerKeys.values()].filter(({ substitutes }) => substitutes.length > 0).flatMap((key) => {
    const chain = [key.name, ...key.substitutes.map(({ name }) => name)];
    return chain.map((name) => [name, chain] as const);
  }),
);
