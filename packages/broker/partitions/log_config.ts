// What a topic's configuration, and the node's, mean to a log.

import type { Random } from "@odradek/base";
import type { LogConfig } from "@odradek/log";
import type { ResolvedConfig, TopicConfig } from "@odradek/metadata/configs/mod";

export interface LogConfigContext {
  /** Of the node, as it is now. */
  readonly config: () => ResolvedConfig;
  readonly random: Random;
}

/** With a jitter of its own: partitions do not all roll at the same time. */
export function logConfig(
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
