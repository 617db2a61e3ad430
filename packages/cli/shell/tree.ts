// An image of the cluster as Kafka's metadata shell shows it: directories and files.

import {
  CONFIG_RESOURCE,
  type ClusterImage,
  METADATA_VERSION,
  metadataVersionName,
  quotasOf,
  scramCredentialsOf,
  type TopicImage,
} from "@odradek/metadata";
import type { MetadataRecord } from "@odradek/protocol/schemas/metadata/mod";
import { VERSION } from "../program.ts";
import { directory, file, type ShellDirectory, type ShellNode } from "./node.ts";
import {
  aclText,
  brokerText,
  controllerText,
  credentialText,
  partitionText,
  timeText,
  tokenText,
} from "./texts.ts";

export interface Told {
  readonly image: ClusterImage;
  /** When its last batch was written, wall clock ms. */
  readonly timestamp: number;
}

type Entry = readonly [string, () => ShellNode];

/** SCRAM mechanisms by their numbers. */
const MECHANISMS: readonly (readonly [number, string])[] = [
  [1, "SCRAM-SHA-256"],
  [2, "SCRAM-SHA-512"],
];
/** Types of quota entities by their names in the shell, in the order in which it joins them. */
const ENTITIES: readonly (readonly [string, string])[] = [
  ["ip", "ip"],
  ["client-id", "clientId"],
  ["user", "user"],
];
const RESOURCES: ReadonlyMap<number, string> = new Map([
  [CONFIG_RESOURCE.topic, "TOPIC"],
  [CONFIG_RESOURCE.broker, "BROKER"],
  [CONFIG_RESOURCE.clientMetrics, "CLIENT_METRICS"],
  [CONFIG_RESOURCE.group, "GROUP"],
]);

export function treeOf(told: Told): ShellDirectory {
  return directory(() => [
    ["image", directory(() => imageEntries(told))],
    ["local", directory(() => [
      ["commitId", file(() => "unknown")],
      ["version", file(() => VERSION)],
    ])],
  ])();
}

function imageEntries({ image, timestamp }: Told): Entry[] {
  const { endOffset, epoch, nextProducerId } = image;
  const time = timeText(timestamp);
  return [
    ["acls", directory(() => [["byId", directory(() => aclEntries(image))]])],
    ["clientQuotas", directory(() => quotaEntries(image))],
    ["cluster", directory(() => clusterEntries(image))],
    ["configs", directory(() => configEntries(image))],
    ["delegationToken", directory(() => tokenEntries(image))],
    ["features", directory(() => featureEntries(image))],
    ["producerIds", directory(() => [
      ["nextProducerId", file(() => `${nextProducerId === 0 ? -1 : nextProducerId}`)],
    ])],
    ["provenance", file(() => `offset ${endOffset - 1}, epoch ${epoch}, time ${time}`)],
    ["scram", directory(() => scramEntries(image))],
    ["topics", directory(() => [
      ["byId", directory(() => topicEntries(image, ({ id }) => id))],
      ["byName", directory(() => topicEntries(image, ({ name }) => name))],
    ])],
  ];
}

function clusterEntries({ brokers, controllers }: ClusterImage): Entry[] {
  return [
    ["brokers", directory(() =>
      [...brokers.values()].map((one): Entry => [`${one.id}`, file(() => brokerText(one))])
    )],
    ["controllers", directory(() =>
      [...controllers.values()].map((one): Entry => [`${one.id}`, file(() => controllerText(one))])
    )],
  ];
}

function topicEntries({ topics }: ClusterImage, nameOf: (topic: TopicImage) => string): Entry[] {
  return [...topics].map(([, topic]) => [nameOf(topic), directory(() => [
    ...topic.partitions.map((one): Entry => [`${one.partition}`, file(() => partitionText(one))]),
    ["id", file(() => topic.id)],
    ["name", file(() => topic.name)],
  ])]);
}

/** Defaults have no name: `BROKER` beside `BROKER:1`. */
function configEntries({ configs }: ClusterImage): Entry[] {
  return [...configs].map(([key, values]) => {
    const [, type = "", name = ""] = /^(\d+) (.*)$/s.exec(key) ?? [];
    const resource = RESOURCES.get(Number(type)) ?? "UNKNOWN";
    const files = () => [...values].map(([one, value]): Entry => [one, file(() => value)]);
    return [name === "" ? resource : `${resource}:${name}`, directory(files)];
  });
}

function featureEntries({ features }: ClusterImage): Entry[] {
  const level = features.get(METADATA_VERSION);
  const name = level === undefined ? undefined : metadataVersionName(level) ?? `${level}`;
  const others = [...features].filter(([feature]) => feature !== METADATA_VERSION);
  return [
    ...others.map(([feature, one]): Entry => [`finalized_${feature}`, file(() => `${one}`)]),
    ["metadataVersion", file(() => name === undefined ? "Optional.empty" : `Optional[${name}]`)],
  ];
}

function quotaEntries(image: ClusterImage): Entry[] {
  const byEntity = new Map<string, Entry[]>();
  for (const { entity, key, value } of quotasOf(image)) {
    const name = ENTITIES.flatMap(([type, shown]) => {
      const part = entity.find(({ entityType }) => entityType === type);
      return part === undefined ? [] : [`${shown}(${part.entityName ?? ""})`];
    }).join("_");
    const shown = Number.isInteger(value) ? value.toFixed(1) : `${value}`;
    byEntity.set(name, [...byEntity.get(name) ?? [], [key, file(() => shown)]]);
  }
  return [...byEntity].map(([name, quotas]) => [name, directory(() => quotas)]);
}

function scramEntries(image: ClusterImage): Entry[] {
  const all = scramCredentialsOf(image);
  return MECHANISMS.map(([mechanism, name]) => [name, directory(() =>
    all.filter((one) => one.mechanism === mechanism)
      .map((one): Entry => [one.name, file(() => credentialText(one))])
  )]);
}

function aclEntries({ acls }: ClusterImage): Entry[] {
  return [...acls.values()].filter(isOf("AccessControlEntryRecord"))
    .map((acl) => [acl.id, file(() => aclText(acl))]);
}

function tokenEntries({ delegationTokens }: ClusterImage): Entry[] {
  return [...delegationTokens.values()].filter(isOf("DelegationTokenRecord"))
    .map((token) => [token.tokenId, file(() => tokenText(token))]);
}

function isOf<T extends MetadataRecord["type"]>(type: T) {
  return (record: MetadataRecord): record is Extract<MetadataRecord, { readonly type: T }> =>
    record.type === type;
}
