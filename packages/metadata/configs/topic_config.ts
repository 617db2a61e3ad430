// What a topic's configuration means to the data plane, and which settings a topic may be given.
// A topic's own value counts before the broker's key that gives its default.

import {
  TOPIC_CONFIGS,
  type TopicConfigName,
  type TopicConfigValue,
  topicDefinition,
} from "./catalogue.ts";
import type { ConfigDefinition } from "./definition.ts";
import { parseConfig, textOf } from "./parse.ts";
import type { ResolvedConfig } from "./resolved_config.ts";

/** Limits that are not set are the largest safe integer, or -1 where Kafka's key says so. */
export interface TopicConfig {
  /** Both may be set, or neither: then everything is kept. */
  readonly cleanup: { readonly delete: boolean; readonly compact: boolean };
  /** -1: no limit. */
  readonly retentionMs: number;
  /** Below zero: no limit. */
  readonly retentionBytes: number;
  readonly segmentBytes: number;
  readonly segmentMs: number;
  readonly segmentJitterMs: number;
  readonly segmentIndexBytes: number;
  readonly indexIntervalBytes: number;
  readonly preallocate: boolean;
  /** How long the file of a deleted segment stays. */
  readonly deleteDelayMs: number;
  /** Of a batch, as it is stored. */
  readonly messageBytesMax: number;
  /** Of a record, after decompression. */
  readonly decompressedBytesMax: number;
  readonly compression: TopicCompression;
  readonly timestampType: TopicConfigValue<"message.timestamp.type">;
  readonly timestampBeforeMaxMs: number;
  readonly timestampAfterMaxMs: number;
  readonly inSyncReplicasMin: number;
  readonly uncleanLeaderElection: boolean;
  readonly flushMessages: number;
  readonly flushMs: number;
  readonly cleanableRatioMin: number;
  /** How long a tombstone stays readable. */
  readonly deleteRetentionMs: number;
  readonly compactionLagMinMs: number;
  readonly compactionLagMaxMs: number;
  /** `partition:broker` each; "*": all of them. */
  readonly leaderThrottledReplicas: readonly string[];
  readonly followerThrottledReplicas: readonly string[];
}

export interface TopicCompression {
  readonly type: TopicConfigValue<"compression.type">;
  /** -1: the codec's own default. */
  readonly gzipLevel: number;
  readonly lz4Level: number;
  readonly zstdLevel: number;
}

/** Why a setting is refused: INVALID_CONFIG, with this text. */
export interface ConfigRefusal {
  readonly error: "INVALID_CONFIG";
  readonly message: string;
}

type Read = <N extends TopicConfigName>(name: N) => NonNullable<TopicConfigValue<N>>;

/** What counts for a topic. A value that cannot be read counts as not set: it comes from a log. */
export function topicConfig(
  overrides: ReadonlyMap<string, string>,
  broker: ResolvedConfig,
): TopicConfig {
  const read: Read = (name) => topicSetting(name, overrides, broker);
  const policy = read("cleanup.policy");
  return {
    cleanup: { delete: policy.includes("delete"), compact: policy.includes("compact") },
    retentionMs: read("retention.ms"),
    retentionBytes: read("retention.bytes"),
    ...segmentConfig(read, overrides),
    deleteDelayMs: read("file.delete.delay.ms"),
    messageBytesMax: read("max.message.bytes"),
    decompressedBytesMax: read("max.decompressed.message.bytes"),
    compression: {
      type: read("compression.type"),
      gzipLevel: read("compression.gzip.level"),
      lz4Level: read("compression.lz4.level"),
      zstdLevel: read("compression.zstd.level"),
    },
    timestampType: read("message.timestamp.type"),
    timestampBeforeMaxMs: read("message.timestamp.before.max.ms"),
    timestampAfterMaxMs: read("message.timestamp.after.max.ms"),
    inSyncReplicasMin: read("min.insync.replicas"),
    uncleanLeaderElection: read("unclean.leader.election.enable"),
    flushMessages: read("flush.messages"),
    flushMs: read("flush.ms"),
    cleanableRatioMin: read("min.cleanable.dirty.ratio"),
    deleteRetentionMs: read("delete.retention.ms"),
    compactionLagMinMs: read("min.compaction.lag.ms"),
    compactionLagMaxMs: read("max.compaction.lag.ms"),
    leaderThrottledReplicas: read("leader.replication.throttled.replicas"),
    followerThrottledReplicas: read("follower.replication.throttled.replicas"),
  };
}

function segmentConfig(read: Read, overrides: ReadonlyMap<string, string>) {
  const small = overrides.get("internal.segment.bytes");
  const parsed = small === undefined
    ? undefined
    : parseConfig(TOPIC_CONFIGS["internal.segment.bytes"], small);
  return {
    segmentBytes: parsed?.ok ? Number(parsed.value) : read("segment.bytes"),
    segmentMs: read("segment.ms"),
    segmentJitterMs: read("segment.jitter.ms"),
    segmentIndexBytes: read("segment.index.bytes"),
    indexIntervalBytes: read("index.interval.bytes"),
    preallocate: read("preallocate"),
  };
}

/** One of them: what counts for a key of a topic. */
export function topicSetting<N extends TopicConfigName>(
  name: N,
  overrides: ReadonlyMap<string, string>,
  config: ResolvedConfig,
): NonNullable<TopicConfigValue<N>> {
  const definition: ConfigDefinition = TOPIC_CONFIGS[name];
  const text = overrides.get(name);
  const own = text === undefined ? undefined : parseConfig(definition, text);
  const inherited = definition.broker && config.effective(definition.broker).value;
  const value = own?.ok ? own.value : inherited ?? definition.default;
  return value as NonNullable<TopicConfigValue<N>>;
}

/** What counts for a key while the topic sets nothing. */
export function inheritedOfTopic(name: string, config: ResolvedConfig): string | null {
  const definition = topicDefinition(name);
  if (definition === undefined) return null;
  const broker = definition.broker && config.effective(definition.broker).text;
  return broker ?? textOf(definition.type, definition.default);
}

/** Judges one setting of a topic. `null` is no value. Undefined: it is fine. */
export function validateTopicConfig(
  name: string,
  value: string | null,
): ConfigRefusal | undefined {
  if (value === null) return refusal(`Null value not supported for topic configs: ${name}`);
  const definition = topicDefinition(name);
  if (definition === undefined) return refusal(`Unknown topic config name: ${name}`);
  const parsed = parseConfig(definition, value);
  if (!parsed.ok) return refusal(parsed.problem);
  return TIERED.find((rule) => rule.name === name && parsed.text !== rule.only)?.refusal;
}

/** Judges all settings of a topic, each and together; in Kafka's order: nulls, names, values. */
export function validateTopicConfigs(
  settings: ReadonlyMap<string, string | null>,
  broker: ResolvedConfig,
): ConfigRefusal | undefined {
  const names = [...settings.keys()];
  const nulls = names.filter((name) => settings.get(name) === null);
  if (nulls.length > 0) return validateTopicConfig(nulls.join(","), null);
  const unknown = names.find((name) => topicDefinition(name) === undefined);
  for (const name of unknown === undefined ? names : [unknown]) {
    const refused = validateTopicConfig(name, settings.get(name) ?? null);
    if (refused !== undefined) return refused;
  }
  const texts = new Map([...settings].flatMap(([name, value]) =>
    value === null ? [] : [[name, value] as const]
  ));
  const { compactionLagMinMs: min, compactionLagMaxMs: max } = topicConfig(texts, broker);
  if (min <= max) return undefined;
  return refusal(
    `conflict topic config setting min.compaction.lag.ms (${min}) > max.compaction.lag.ms (${max})`,
  );
}

/** There is no tiered storage, so what would put records there keeps its default. */
const TIERED: readonly { name: TopicConfigName; only: string; refusal: ConfigRefusal }[] = [
  {
    name: "remote.storage.enable",
    only: "false",
    refusal: refusal(
      "Tiered Storage functionality is disabled in the broker. " +
        "Topic cannot be configured with remote log storage.",
    ),
  },
  {
    name: "local.retention.ms",
    only: "-2",
    refusal: refusal("local.retention.ms must be -2: there is no tiered storage"),
  },
  {
    name: "local.retention.bytes",
    only: "-2",
    refusal: refusal("local.retention.bytes must be -2: there is no tiered storage"),
  },
];

function refusal(message: string): ConfigRefusal {
  return { error: "INVALID_CONFIG", message };
}
