// What the configuration means to partitions and their logs: one object for all that are configured
// alike, as nearly all of a node's are.

import type { Random } from "@odradek/base";
import type { LogConfig } from "@odradek/log";
import { type ResolvedConfig, type TopicConfig, topicConfig } from "@odradek/metadata/configs/mod";

export interface LogConfigContext {
  /** Of the node, as it is now. */
  readonly config: () => ResolvedConfig;
  readonly random: Random;
}

type Overrides = ReadonlyMap<string, string>;

const NO_OVERRIDES: Overrides = new Map();

export class TopicConfigs {
  readonly #context: LogConfigContext;
  #node: ResolvedConfig;
  #topics = new WeakMap<Overrides, TopicConfig>();
  #logs = new WeakMap<TopicConfig, LogConfig>();

  constructor(context: LogConfigContext) {
    this.#context = context;
    this.#node = context.config();
  }

  /** `overrides`: as the image has them. */
  of(overrides: Overrides = NO_OVERRIDES): TopicConfig {
    const node = this.#context.config();
    if (node !== this.#node) {
      this.#node = node;
      this.#topics = new WeakMap();
    }
    const known = this.#topics.get(overrides);
    if (known !== undefined) return known;
    const made = topicConfig(overrides, node);
    this.#topics.set(overrides, made);
    return made;
  }

  logOf(topic: TopicConfig): LogConfig {
    const known = this.#logs.get(topic);
    if (known !== undefined) return known;
    const made = logConfig(topic, this.#context);
    // The jitter is each partition's own.
    if (topic.segmentJitterMs === 0) this.#logs.set(topic, made);
    return made;
  }
}

/** With a jitter of its own: partitions do not all roll at the same time. */
function logConfig(
  topic: TopicConfig,
  { config, random }: LogConfigContext,
): LogConfig {
  const node = config();
  const { cleanup, segmentJitterMs } = topic;
  return {
    segmentBytes: topic.segmentBytes,
    segmentMs: topic.segmentMs,
    segmentJitterMs: segmentJitterMs > 0 ? random.below(segmentJitterMs) : 0,
    indexBytes: topic.segmentIndexBytes,
    indexIntervalBytes: topic.indexIntervalBytes,
    flushMessages: topic.flushMessages,
    flushMs: topic.flushMs,
    producerIdleMsMax: node.value("producer.id.expiration.ms"),
    retention: cleanup.delete ? { ms: topic.retentionMs, bytes: topic.retentionBytes } : undefined,
    deleteDelayMs: topic.deleteDelayMs,
    compaction: cleanup.compact
      ? {
        dirtyRatioMin: topic.cleanableRatioMin,
        lagMinMs: topic.compactionLagMinMs,
        lagMaxMs: topic.compactionLagMaxMs,
        deleteRetentionMs: topic.deleteRetentionMs,
        mapBytesMax: node.value("log.cleaner.dedupe.buffer.size"),
      }
      : undefined,
  };
}
