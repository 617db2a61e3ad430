// Configuration as DescribeConfigs and CreateTopics answer it: every key with its value, where that
// comes from and what it outweighs. Values only; which keys were asked for, and the form of the
// answer, are the handlers' business.

import {
  BROKER_CONFIGS,
  brokerDefinition,
  CLIENT_METRICS_CONFIGS,
  clientMetricsDefinition,
  GROUP_CONFIGS,
  groupDefinition,
  TOPIC_CONFIGS,
  topicDefinition,
} from "./catalogue.ts";
import type { ConfigDefinition, ConfigType } from "./definition.ts";
import { parseConfig, textOf } from "./parse.ts";
import type { Effective, Entry, ResolvedConfig } from "./resolved_config.ts";

/** Sources by their number on the wire (DescribeConfigs, from version 1). */
export const CONFIG_SOURCES = {
  topic: 1,
  broker: 2,
  cluster: 3,
  static: 4,
  default: 5,
  brokerLogger: 6,
  clientMetrics: 7,
  group: 8,
} as const;

/** Types by their number on the wire (from version 3). 0: a key that nobody knows. */
const TYPES: Readonly<Record<ConfigType, number>> = {
  boolean: 1,
  string: 2,
  int: 3,
  short: 4,
  long: 5,
  double: 6,
  list: 7,
  class: 8,
  password: 9,
};
const UNKNOWN_TYPE = 0;

/** One value in the chain of those that could count, by source. */
export interface Synonym {
  readonly name: string;
  readonly value: string | null;
  /** A number of {@link CONFIG_SOURCES}. */
  readonly source: number;
}

/** One key as it is answered. Sensitive values are null. */
export interface DescribedConfig {
  readonly name: string;
  readonly value: string | null;
  readonly readOnly: boolean;
  readonly source: number;
  readonly sensitive: boolean;
  /** The strongest first. */
  readonly synonyms: readonly Synonym[];
  readonly type: number;
  readonly documentation: string | null;
}

/** All keys of a broker by name: those of the tables, and whatever else was set. */
export function describeBroker(config: ResolvedConfig): DescribedConfig[] {
  const set = [config.settings, config.dynamic.cluster, config.dynamic.broker];
  const listed = Object.values(BROKER_CONFIGS).filter(({ internal }) => !internal)
    .map(({ name }) => name);
  const names = new Set<string>([...listed, ...set.flatMap((values) => [...values.keys()])]);
  return [...names].sort().map((name) => describeBrokerKey(name, config));
}

/** What is set for all brokers: asked for with an empty broker id. Texts as they were written. */
export function describeCluster(config: ResolvedConfig): DescribedConfig[] {
  return [...config.dynamic.cluster].sort(byName).map(([name, text]) => {
    const definition = brokerDefinition(name);
    const value = definition && !definition.sensitive ? text : null;
    const source = CONFIG_SOURCES.cluster;
    return { ...head(name, definition), value, source, synonyms: [{ name, value, source }] };
  });
}

/** All keys of a topic by name, given what is set for it. */
export function describeTopic(
  overrides: ReadonlyMap<string, string>,
  config: ResolvedConfig,
): DescribedConfig[] {
  return listed(Object.values(TOPIC_CONFIGS), overrides).map((name) => {
    const own = ownEntry(topicDefinition(name), overrides, "topic");
    return describeChild(name, topicDefinition(name), { own, config });
  });
}

/** All keys of a group by name, given what is set for it. */
export function describeGroup(
  overrides: ReadonlyMap<string, string>,
  config: ResolvedConfig,
): DescribedConfig[] {
  return listed(Object.values(GROUP_CONFIGS), overrides).map((name) => {
    const definition = groupDefinition(name);
    const own = ownEntry(definition, overrides, "group");
    const described = describeChild(name, definition, { own, config });
    const value = definition ? textOf(definition.type, definition.default) : null;
    if (value === null || definition?.broker !== undefined) return described;
    // Without a broker's key behind it, Kafka shows the group's own default in the chain.
    const last = { name, value, source: CONFIG_SOURCES.default };
    return { ...described, synonyms: [...described.synonyms, last] };
  });
}

/** All keys of a subscription of client metrics by name. No broker's key stands behind them. */
export function describeClientMetrics(overrides: ReadonlyMap<string, string>): DescribedConfig[] {
  return listed(Object.values(CLIENT_METRICS_CONFIGS), overrides).map((name) => {
    const definition = clientMetricsDefinition(name);
    const own = ownEntry(definition, overrides, "clientMetrics");
    return {
      ...head(name, definition),
      readOnly: false,
      value: own?.value ?? (definition ? textOf(definition.type, definition.default) : null),
      source: own?.source ?? CONFIG_SOURCES.default,
      synonyms: own ? [own] : [],
    };
  });
}

/**
 * The keys of a new topic as CreateTopics answers them (KIP-525): without synonyms, and what was
 * set for the topic as it was written.
 */
export function describeNewTopic(
  overrides: ReadonlyMap<string, string>,
  config: ResolvedConfig,
): DescribedConfig[] {
  return describeTopic(overrides, config).map((described) => ({
    ...described,
    value: overrides.get(described.name) ?? described.value,
    synonyms: [],
  }));
}

function describeBrokerKey(name: string, config: ResolvedConfig): DescribedConfig {
  const definition = brokerDefinition(name);
  const entries = config.entries(name);
  // As Kafka does: what outweighs a key by another name is that one's business.
  const own = entries.slice(indexOr(entries.findIndex((entry) => entry.name === name), entries));
  const hidden = definition?.sensitive ?? true;
  return {
    ...head(name, definition),
    readOnly: definition?.name !== name || definition.scope === "read-only",
    value: hidden ? null : config.read(name).text,
    source: CONFIG_SOURCES[own[0]?.source ?? "default"],
    synonyms: own.map((entry) => synonym(entry, hidden)),
  };
}

interface Parent {
  /** What is set for the topic or group itself. */
  readonly own: Synonym | undefined;
  readonly config: ResolvedConfig;
}

/** A key of a topic or group, behind whose own value that of a broker's key stands. */
function describeChild(
  name: string,
  definition: ConfigDefinition | undefined,
  { own, config }: Parent,
): DescribedConfig {
  const broker = definition?.broker;
  const inherited = broker === undefined ? undefined : config.effective(broker);
  const fallback = definition ? textOf(definition.type, definition.default) : null;
  const chain = broker === undefined ? [] : inheritedChain(broker, inherited, config);
  return {
    ...head(name, definition),
    readOnly: false,
    value: own ? own.value : inherited?.text ?? fallback,
    source: own?.source ?? CONFIG_SOURCES[inherited?.source ?? "default"],
    synonyms: own ? [own, ...chain] : chain,
  };
}

/**
 * Kafka leaves the chain away when it begins with another key than the one asked for (hours for
 * ms). We do so for defaults only: a value that somebody set is worth showing.
 */
function inheritedChain(
  broker: string,
  inherited: Effective | undefined,
  config: ResolvedConfig,
): Synonym[] {
  const entries = config.entries(broker);
  const first = entries[0];
  if (first?.name !== broker && inherited?.source === "default") return [];
  return entries.map((entry) => synonym(entry, false));
}

function head(
  name: string,
  definition: ConfigDefinition | undefined,
): Pick<DescribedConfig, "name" | "readOnly" | "sensitive" | "type" | "documentation"> {
  return {
    name,
    readOnly: definition === undefined || definition.scope === "read-only",
    sensitive: definition?.sensitive ?? true,
    type: definition ? TYPES[definition.type] : UNKNOWN_TYPE,
    documentation: definition?.documentation ?? null,
  };
}

function synonym({ name, text, source }: Entry, hidden: boolean): Synonym {
  return { name, value: hidden ? null : text, source: CONFIG_SOURCES[source] };
}

/** A value that cannot be read counts as not set: it comes from a log. */
function ownEntry(
  definition: ConfigDefinition | undefined,
  overrides: ReadonlyMap<string, string>,
  source: "topic" | "group" | "clientMetrics",
): Synonym | undefined {
  const text = definition && overrides.get(definition.name);
  if (definition === undefined || text === undefined) return undefined;
  const parsed = parseConfig(definition, text);
  if (!parsed.ok) return undefined;
  return { name: definition.name, value: parsed.text, source: CONFIG_SOURCES[source] };
}

function listed(
  definitions: readonly ConfigDefinition[],
  overrides: ReadonlyMap<string, string>,
): string[] {
  return definitions.filter(({ name, internal }) => !internal || overrides.has(name))
    .map(({ name }) => name).sort();
}

function indexOr(index: number, entries: readonly unknown[]): number {
  return index < 0 ? entries.length : index;
}

function byName([a]: readonly [string, string], [b]: readonly [string, string]): number {
  return a < b ? -1 : 1;
}
