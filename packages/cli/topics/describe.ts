// topics --describe: one line per topic, one per partition, or those alone that something is wrong
// with.

import {
  BrokerRefused,
  type ConfigEntry,
  type DescribedTopic,
  type Reassignment,
} from "@odradek/client";
import { ELIGIBLE_LEADERS } from "@odradek/metadata/features";
import type { TopicsContext, TopicsFlags } from "./flags.ts";
import {
  headerLine,
  isUnderReplicated,
  partitionLine,
  type PlacedPartition,
  replicationFactorOf,
  type ShownTopic,
} from "./lines.ts";
import { selectTopics } from "./select.ts";

export async function describeTopics(context: TopicsContext): Promise<void> {
  const { admin, flags, terminal } = context;
  const names = (await selectTopics(context)).map(({ name }) => name);
  const pageSize = flags.partitionSizeLimitPerResponse;
  const described = await admin.describeTopics(names, { pageSize });
  const configs = await configsOf(context, names);
  const { finalizedFeatures } = await admin.apiVersions();
  const hasEligible = (finalizedFeatures.get(ELIGIBLE_LEADERS) ?? 0) > 0;
  const topics = [...described.values()].flatMap((one) =>
    one instanceof BrokerRefused ? [] : [one]
  );
  const moves = await movesOf(context, topics);
  const shown = topics.map((topic): ShownTopic => {
    const entries = configs.get(topic.name) ?? [];
    const overrides = entries.filter(({ isDefault }) => !isDefault);
    const all = topic.partitions.map((partition) => ({
      partition,
      move: moves.get(keyOf(topic.name, partition)),
    }));
    const placed = all.filter(partitionFilter(flags, entries));
    const [first] = all;
    const replicationFactor = first === undefined ? 0 : replicationFactorOf(first);
    return { topic, overrides, placed, replicationFactor };
  });
  if (flags.json === true) return terminal.print(jsonOf(flags, shown));
  const { paint } = terminal;
  for (const one of shown) {
    if (isHeaderWanted(flags, one.overrides)) terminal.print(headerLine(one, paint));
    if (flags.topicsWithOverrides === true) continue;
    for (const placed of one.placed) {
      terminal.print(partitionLine(one.topic.name, placed, { hasEligible, paint }));
    }
  }
}

function keyOf(topic: string, { partition }: { readonly partition: number }): string {
  return `${topic}-${partition}`;
}

/** By topic and partition; none where the brokers do not tell. */
async function movesOf(
  { admin }: TopicsContext,
  topics: readonly DescribedTopic[],
): Promise<ReadonlyMap<string, Reassignment>> {
  const all = topics.flatMap(({ name: topic, partitions }) =>
    partitions.map(({ partition }) => ({ topic, partition }))
  );
  if (all.length === 0) return new Map();
  try {
    const moves = await admin.listReassignments(all);
    return new Map(moves.map((move) => [keyOf(move.topic, move), move]));
  } catch (error) {
    if (error instanceof BrokerRefused && UNTOLD.has(error.error)) return new Map();
    throw error;
  }
}

const UNTOLD: ReadonlySet<string> = new Set([
  "UNSUPPORTED_VERSION",
  "CLUSTER_AUTHORIZATION_FAILED",
]);

/** Topics of which something is shown. */
function jsonOf(flags: TopicsFlags, shown: readonly ShownTopic[]): string {
  const isWanted = ({ overrides, placed }: ShownTopic): boolean =>
    isHeaderWanted(flags, overrides) ||
    (flags.topicsWithOverrides !== true && placed.length > 0);
  return JSON.stringify({
    topics: shown.filter(isWanted).map(({ topic, overrides, placed }) => ({
      name: topic.name,
      topicId: topic.topicId,
      isInternal: topic.isInternal,
      configs: Object.fromEntries(overrides.map(({ name, value }) => [name, value])),
      partitions: placed.map(({ partition, move }) => ({
        ...partition,
        leader: partition.leader ?? null,
        ...(move === undefined
          ? {}
          : { addingReplicas: move.adding, removingReplicas: move.removing }),
      })),
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

type PartitionFilter = (placed: PlacedPartition) => boolean;

function partitionFilter(flags: TopicsFlags, configs: readonly ConfigEntry[]): PartitionFilter {
  const least = Number(configs.find(({ name }) => name === "min.insync.replicas")?.value ?? 1);
  const filters: [boolean | undefined, PartitionFilter][] = [
    [flags.underReplicatedPartitions, isUnderReplicated],
    [flags.unavailablePartitions, ({ partition }) => partition.leader === undefined],
    [
      flags.underMinIsrPartitions,
      ({ partition }) =>
        partition.leader === undefined || partition.inSyncReplicas.length < least,
    ],
    [flags.atMinIsrPartitions, ({ partition }) => partition.inSyncReplicas.length === least],
  ];
  const wanted = filters.filter(([isAsked]) => isAsked === true);
  return (one) => wanted.length === 0 || wanted.some(([, filter]) => filter(one));
}
