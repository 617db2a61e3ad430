// Configurations as brokers tell them: every key with its value and where the value comes from.

import { DescribeConfigs } from "@odradek/protocol/messages/describe_configs";
import type { Cluster, Target } from "../cluster.ts";
import { BrokerRefused, refusalOf } from "../refused.ts";
import { isNotYetDone, type Outcome, settle } from "./outcome.ts";

/** By their numbers in the protocol. */
export const RESOURCE_TYPES = {
  topic: 2,
  broker: 4,
  "broker-logger": 8,
  "client-metrics": 16,
  group: 32,
} as const;

export interface ConfigResource {
  readonly type: keyof typeof RESOURCE_TYPES;
  /** Of a broker its id; empty: what holds for all brokers. */
  readonly name: string;
}

export interface ConfigEntry {
  readonly name: string;
  /** null: secret, or not set. */
  readonly value: string | null;
  readonly isReadOnly: boolean;
  readonly isSensitive: boolean;
  /** Nobody has set it. */
  readonly isDefault: boolean;
  /** As in the protocol: 1 topic, 2 broker, 3 all brokers, 4 the broker's file, 5 default. */
  readonly source: number;
  /** All values that could count, the strongest first. */
  readonly synonyms: readonly ConfigSynonym[];
}

export interface ConfigSynonym {
  readonly name: string;
  readonly value: string | null;
  /** As that of an entry. */
  readonly source: number;
}

const DEFAULT_SOURCE = 5;

export function describeConfigs(
  cluster: Cluster,
  resources: readonly ConfigResource[],
): Promise<Map<ConfigResource, Outcome<ConfigEntry[]>>> {
  const ask = async (items: readonly ConfigResource[]) => {
    const outcomes = new Map<ConfigResource, Outcome<ConfigEntry[]>>();
    for (const [target, some] of Map.groupBy(items, targetKey)) {
      for (const [item, outcome] of await askSome(cluster, some, targetOf(target))) {
        outcomes.set(item, outcome);
      }
    }
    return outcomes;
  };
  return settle(cluster, { items: resources, ask, passes: isNotYetDone });
}

/** A broker is asked itself; everything else any broker knows. */
export function targetKey({ type, name }: ConfigResource): string {
  return (type === "broker" || type === "broker-logger") && name !== "" ? name : "";
}

export function targetOf(key: string): Target {
  return key === "" ? "any" : { node: Number(key) };
}

async function askSome(cluster: Cluster, items: readonly ConfigResource[], target: Target) {
  const answer = await cluster.ask(target, DescribeConfigs, {
    resources: items.map(({ type, name }) => ({
      resourceType: RESOURCE_TYPES[type],
      resourceName: name,
      configurationKeys: null,
    })),
    includeSynonyms: true,
  });
  return new Map(items.map((item): [ConfigResource, Outcome<ConfigEntry[]>] => {
    const told = answer.results.find(({ resourceType, resourceName }) =>
      resourceType === RESOURCE_TYPES[item.type] && resourceName === item.name
    );
    if (told === undefined) return [item, new BrokerRefused("RESOURCE_NOT_FOUND")];
    const entries = told.configs.map((config): ConfigEntry => ({
      name: config.name,
      value: config.value,
      isReadOnly: config.readOnly,
      isSensitive: config.isSensitive,
      isDefault: config.configSource === DEFAULT_SOURCE,
      source: config.configSource,
      synonyms: config.synonyms,
    }));
    return [item, refusalOf(told.errorCode, told.errorMessage) ?? entries];
  }));
}
