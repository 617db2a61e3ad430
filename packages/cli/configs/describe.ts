// configs --describe of what has settings: topics, brokers, their loggers, groups, subscriptions.

import {
  type ConfigEntry,
  type ConfigResource,
  type ConfigSynonym,
  done,
} from "@odradek/client";
import { type EntityType, RESOURCES, singular } from "./entity.ts";
import type { ConfigsContext } from "./flags.ts";

/** By their numbers in the protocol, named as Kafka's tool prints them. */
const SOURCES: Readonly<Record<number, string>> = {
  1: "DYNAMIC_TOPIC_CONFIG",
  2: "DYNAMIC_BROKER_CONFIG",
  3: "DYNAMIC_DEFAULT_BROKER_CONFIG",
  4: "STATIC_BROKER_CONFIG",
  5: "DEFAULT_CONFIG",
  6: "DYNAMIC_BROKER_LOGGER_CONFIG",
  7: "DYNAMIC_CLIENT_METRICS_CONFIG",
  8: "DYNAMIC_GROUP_CONFIG",
};
const [OF_TOPIC, OF_BROKER, OF_ALL_BROKERS, OF_LOGGER, OF_CLIENT_METRICS, OF_GROUP] = [
  1, 2, 3, 6, 7, 8,
];

export async function describeResources(
  context: ConfigsContext,
  type: ConfigResource["type"],
): Promise<void> {
  const { admin, terminal, flags, entities: [entity] } = context;
  const entityType = entity?.type ?? "topics";
  const found: { name: string; entries: ConfigEntry[] }[] = [];
  for (const name of await namesOf(context, type)) {
    if (await isMissing(context, { type, name })) {
      if (flags.json !== true) terminal.print(missingLine(entityType, name));
      continue;
    }
    const resource = { type, name };
    const entries = done((await admin.describeConfigs([resource])).get(resource));
    found.push({ name, entries: entries.filter(filterOf(type, name, flags.all === true)) });
  }
  if (flags.json === true) return terminal.print(jsonOf(entityType, found));
  for (const { name, entries } of found) {
    terminal.print(terminal.paint("title", headLine(entityType, name, flags.all === true)));
    for (const entry of entries.sort(byName)) terminal.print(entryLine(entry));
  }
}

/** The one that is asked for, or all; "" is what holds for all brokers. */
async function namesOf(
  { admin, entities: [entity] }: ConfigsContext,
  type: ConfigResource["type"],
): Promise<string[]> {
  if (entity?.name !== undefined) return [entity.name ?? ""];
  if (type === "topic") return (await admin.listTopics()).map(({ name }) => name);
  if (type === "broker" || type === "broker-logger") {
    const { nodes } = await admin.describeCluster();
    const ids = nodes.map(({ id }) => String(id)).sort((a, b) => Number(a) - Number(b));
    return type === "broker" ? [...ids, ""] : ids;
  }
  return (await admin.listConfigResources([type])).map(({ name }) => name).sort();
}

/** Asked for by name, and neither there nor with settings. */
async function isMissing(
  { admin, entities: [entity], ofControllers }: ConfigsContext,
  { type, name }: ConfigResource,
): Promise<boolean> {
  if (ofControllers) return false;
  const isNamed = typeof entity?.name === "string";
  if (!isNamed || type === "broker" || type === "broker-logger") return false;
  if (type === "topic") return (await admin.listTopics()).every((topic) => topic.name !== name);
  return (await admin.listConfigResources([type])).every((one) => one.name !== name);
}

function missingLine(type: EntityType, name: string): string {
  return `The ${singular(type)} '${name}' doesn't exist and doesn't have dynamic config.`;
}

function filterOf(
  type: ConfigResource["type"],
  name: string,
  isAll: boolean,
): (entry: ConfigEntry) => boolean {
  if (isAll) return () => true;
  const sources: Readonly<Record<ConfigResource["type"], number | undefined>> = {
    topic: OF_TOPIC,
    broker: name === "" ? OF_ALL_BROKERS : OF_BROKER,
    "broker-logger": OF_LOGGER,
    "client-metrics": OF_CLIENT_METRICS,
    group: OF_GROUP,
  };
  return ({ source }) => source === sources[type];
}

function headLine(type: EntityType, name: string, isAll: boolean): string {
  if (name === "") return `Default configs for ${type} in the cluster are:`;
  return `${isAll ? "All" : "Dynamic"} configs for ${singular(type)} ${name} are:`;
}

function entryLine({ name, value, isSensitive, synonyms }: ConfigEntry): string {
  const chain = synonyms.map(synonymText).join(", ");
  return `  ${name}=${value} sensitive=${isSensitive} synonyms={${chain}}`;
}

function synonymText({ name, value, source }: ConfigSynonym): string {
  return `${sourceName(source)}:${name}=${value}`;
}

function sourceName(source: number): string {
  return SOURCES[source] ?? "UNKNOWN";
}

function jsonOf(
  type: EntityType,
  found: readonly { name: string; entries: readonly ConfigEntry[] }[],
): string {
  return JSON.stringify({
    entities: found.map(({ name, entries }) => ({
      type: RESOURCES[type],
      name,
      configs: entries.map(({ name: key, value, isSensitive, isReadOnly, source, synonyms }) => ({
        name: key,
        value,
        isSensitive,
        isReadOnly,
        source: sourceName(source),
        synonyms: synonyms.map((one) => ({ ...one, source: sourceName(one.source) })),
      })),
    })),
  });
}

function byName(one: ConfigEntry, other: ConfigEntry): number {
  return one.name < other.name ? -1 : 1;
}
