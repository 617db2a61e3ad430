// topics --describe: one line per topic, one per partition, or those alone that something is wrong
// with.

import {
  BrokerRefused,
  type ConfigEntry,
  type DescribedPartition,
  type DescribedTopic,
} from "@odradek/client";
import type { Paint } from "../looks.ts";
import type { TopicsContext, TopicsFlags } from "./flags.ts";
import { selectTopics } from "./select.ts";

const ELIGIBLE_LEADERS_FEATURE = "eligible.leader.replicas.version";

export async function describeTopics(context: TopicsContext): Promise<void> {
  const { admin, flags, terminal } = context;
  const names = (await selectTopics(context)).map(({ name }) => name);
  const pageSize = flags.partitionSizeLimitPerResponse;
  const described = await admin.describeTopics(names, { pageSize });
  const configs = await configsOf(context, names);
  const { finalizedFeatures } = await admin.apiVersions();
  const hasEligible = (finalizedFeatures.get(ELIGIBLE_LEADERS_FEATURE) ?? 0) > 0;
  const shown = names.flatMap((name): Shown[] => {
    const topic = described.get(name);
    if (topic === undefined || topic instanceof BrokerRefused) return [];
    const entries = configs.get(name) ?? [];
    const overrides = entries.filter(({ isDefault }) => !isDefault);
    const partitions = topic.partitions.filter(partitionFilter(flags, entries));
    return [{ topic, overrides, partitions }];
  });
  if (flags.json === true) return terminal.print(jsonOf(flags, shown));
  for (const { topic, overrides, partitions } of shown) {
    const { paint } = terminal;
    if (isHeaderWanted(flags, overrides)) terminal.print(headerLine(topic, overrides, paint));
    if (flags.topicsWithOverrides === true) continue;
    for (const one of partitions) {
      terminal.print(partitionLine(topic.name, one, { hasEligible, paint }));
    }
  }
}

interface Shown {
  readonly topic: DescribedTopic;
  readonly overrides: readonly ConfigEntry[];
  /** Those that are asked for. */
  readonly partitions: readonly DescribedPartition[];
}

/** Topics of which something is shown. */
function jsonOf(flags: TopicsFlags, shown: readonly Shown[]): string {
  const isWanted = ({ overrides, partitions }: Shown): boolean =>
    isHeaderWanted(flags, overrides) ||
    (flags.topicsWithOverrides !== true && partitions.length > 0);
  return JSON.stringify({
    topics: shown.filter(isWanted).map(({ topic, overrides, partitions }) => ({
      name: topic.name,
      topicId: topic.topicId,
      isInternal: topic.isInternal,
      configs: Object.fromEntries(overrides.map(({ name, value }) => [name, value])),
      partitions: partitions.map((one) => ({ ...one, leader: one.leader ?? null })),
    })),
  });
}

/** Empty where the brokers do not tell. */
async function configsOf(
  { admin }: TopicsContext,
  names: readonly string[],
): Promise<ReadonlyMap<string, readonly ConfigEntry[]>> {
  if (names.length === 0) return new Map();
  try {
    const resources = names.map((name) => ({ type: "topic" as const, name }));
    const described = await admin.describeConfigs(resources);
    return new Map([...described].map(([{ name }, outcome]) => [
      name,
      outcome instanceof BrokerRefused ? [] : outcome,
    ]));
  } catch (error) {
    if (error instanceof BrokerRefused && error.error === "UNSUPPORTED_VERSION") return new Map();
    throw error;
  }
}

function isHeaderWanted(flags: TopicsFlags, overrides: readonly ConfigEntry[]): boolean {
  if (flags.topicsWithOverrides === true) return overrides.length > 0;
  return !flags.underReplicatedPartitions && !flags.unavailablePartitions &&
    !flags.underMinIsrPartitions && !flags.atMinIsrPartitions;
}

type PartitionFilter = (partition: DescribedPartition) => boolean;

function partitionFilter(flags: TopicsFlags, configs: readonly ConfigEntry[]): PartitionFilter {
  const least = Number(configs.find(({ name }) => name === "min.insync.replicas")?.value ?? 1);
  const filters: [boolean | undefined, PartitionFilter][] = [
    [flags.underReplicatedPartitions, (one) => one.inSyncReplicas.length < one.replicas.length],
    [flags.unavailablePartitions, (one) => one.leader === undefined],
    [
      flags.underMinIsrPartitions,
      (one) => one.leader === undefined || one.inSyncReplicas.length < least,
    ],
    [flags.atMinIsrPartitions, (one) => one.inSyncReplicas.length === least],
  ];
  const wanted = filters.filter(([isAsked]) => isAsked === true);
  return (one) => wanted.length === 0 || wanted.some(([, filter]) => filter(one));
}

function headerLine(
  topic: DescribedTopic,
  overrides: readonly ConfigEntry[],
  paint: Paint,
): string {
  return [
    paint("title", `Topic: ${topic.name}`),
    `TopicId: ${topic.topicId}`,
    `PartitionCount: ${topic.partitions.length}`,
    `ReplicationFactor: ${topic.partitions[0]?.replicas.length ?? 0}`,
    `Configs: ${overrides.map(({ name, value }) => `${name}=${value}`).join(",")}`,
  ].join("\t");
}

function partitionLine(
  name: string,
  one: DescribedPartition,
  { hasEligible, paint }: { readonly hasEligible: boolean; readonly paint: Paint },
): string {
  const replica = (id: number): string =>
    one.offlineReplicas.includes(id) ? paint("bad", `${id}`) : `${id}`;
  const inSync = `Isr: ${one.inSyncReplicas.join(",")}`;
  const isUnder = one.inSyncReplicas.length < one.replicas.length;
  const told = (ids: readonly number[] | undefined): string => ids?.join(",") ?? "N/A";
  const eligible = hasEligible
    ? [`Elr: ${told(one.eligibleLeaderReplicas)}`, `LastKnownElr: ${told(one.lastKnownEligible)}`]
    : [];
  return [
    `\tTopic: ${name}`,
    `Partition: ${one.partition}`,
    one.leader === undefined ? paint("bad", "Leader: none") : `Leader: ${one.leader}`,
    `Replicas: ${one.replicas.map(replica).join(",")}`,
    isUnder ? paint("warning", inSync) : inSync,
    ...eligible,
  ].join("\t");
}
