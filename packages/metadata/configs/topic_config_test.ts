// What a topic's settings mean, and which are refused in which words.

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { configOf } from "./resolved_config.ts";
import { topicConfig, validateTopicConfig, validateTopicConfigs } from "./topic_config.ts";

const test = suite("configs/topic_config");

function map<V extends string | null>(texts: Readonly<Record<string, V>>): Map<string, V> {
  return new Map(Object.entries(texts));
}

test("topicConfig holds Kafka's defaults", () => {
  assert.equal(topicConfig(map({}), configOf({})), {
    cleanup: { delete: true, compact: false },
    retentionMs: 604_800_000,
    retentionBytes: -1,
    segmentBytes: 1_073_741_824,
    segmentMs: 604_800_000,
    segmentJitterMs: 0,
    segmentIndexBytes: 10_485_760,
    indexIntervalBytes: 4096,
    preallocate: false,
    deleteDelayMs: 60_000,
    messageBytesMax: 1_048_588,
    decompressedBytesMax: 2_147_483_639,
    compression: { type: "producer", gzipLevel: -1, lz4Level: 9, zstdLevel: 3 },
    timestampType: "CreateTime",
    timestampBeforeMaxMs: Number.MAX_SAFE_INTEGER,
    timestampAfterMaxMs: 3_600_000,
    inSyncReplicasMin: 1,
    uncleanLeaderElection: false,
    flushMessages: Number.MAX_SAFE_INTEGER,
    flushMs: Number.MAX_SAFE_INTEGER,
    cleanableRatioMin: 0.5,
    deleteRetentionMs: 86_400_000,
    compactionLagMinMs: 0,
    compactionLagMaxMs: Number.MAX_SAFE_INTEGER,
    leaderThrottledReplicas: [],
    followerThrottledReplicas: [],
  });
});

test("topicConfig takes the topic's value, else the broker's", () => {
  const broker = configOf({
    "log.retention.minutes": "7",
    "message.max.bytes": "5000",
    "log.cleanup.policy": "compact,delete",
    "log.roll.hours": "2",
    "log.roll.jitter.hours": "1",
    "log.flush.scheduler.interval.ms": "555",
  });
  const config = topicConfig(map({ "max.message.bytes": "6000", "cleanup.policy": "" }), broker);
  assert.is(config.retentionMs, 420_000);
  assert.is(config.messageBytesMax, 6000);
  assert.equal(config.cleanup, { delete: false, compact: false });
  assert.is(config.segmentMs, 7_200_000);
  assert.is(config.segmentJitterMs, 3_600_000);
  assert.is(config.flushMs, 555);
  assert.equal(topicConfig(map({}), broker).cleanup, { delete: true, compact: true });
});

test("topicConfig passes over a value that nobody can read", () => {
  assert.is(topicConfig(map({ "retention.ms": "soon" }), configOf({})).retentionMs, 604_800_000);
});

test("topicConfig lets the small segments of tests count", () => {
  const overrides = map({ "internal.segment.bytes": "1000", "segment.bytes": "2097152" });
  assert.is(topicConfig(overrides, configOf({})).segmentBytes, 1000);
});

const REFUSED: readonly (readonly [string, string | null, string])[] = [
  ["no.such", "1", "Unknown topic config name: no.such"],
  ["", "1", "Unknown topic config name: "],
  ["message.format.version", "2.0", "Unknown topic config name: message.format.version"],
  ["retention.ms", null, "Null value not supported for topic configs: retention.ms"],
  [
    "retention.ms",
    "many",
    "Invalid value many for configuration retention.ms: Not a number of type LONG",
  ],
  [
    "min.insync.replicas",
    "0",
    "Invalid value 0 for configuration min.insync.replicas: Value must be at least 1",
  ],
  [
    "cleanup.policy",
    "burn",
    "Invalid value burn for configuration cleanup.policy: String must be one of: compact, delete",
  ],
  [
    "remote.storage.enable",
    "true",
    "Tiered Storage functionality is disabled in the broker. " +
      "Topic cannot be configured with remote log storage.",
  ],
  ["local.retention.ms", "5", "local.retention.ms must be -2: there is no tiered storage"],
];

for (const [name, value, message] of REFUSED) {
  test(`validateTopicConfig refuses ${name}=${value}`, () => {
    assert.equal(validateTopicConfig(name, value), { error: "INVALID_CONFIG", message });
  });
}

const FINE: readonly (readonly [string, string])[] = [
  ["retention.ms", " -1 "],
  ["retention.bytes", "-5"],
  ["cleanup.policy", "delete,compact"],
  ["leader.replication.throttled.replicas", "1:2,"],
  ["remote.storage.enable", "FALSE"],
  ["local.retention.bytes", "-2"],
  ["internal.segment.bytes", "100"],
];

for (const [name, value] of FINE) {
  test(`validateTopicConfig takes ${name}=${value}`, () => {
    assert.is(validateTopicConfig(name, value), undefined);
  });
}

const TOGETHER: readonly (readonly [Record<string, string | null>, string | undefined])[] = [
  [{ "retention.ms": "x", a: null, b: null }, "Null value not supported for topic configs: a,b"],
  [{ "retention.ms": "x", "no.such": "1" }, "Unknown topic config name: no.such"],
  [
    { "min.compaction.lag.ms": "10", "max.compaction.lag.ms": "5" },
    "conflict topic config setting min.compaction.lag.ms (10) > max.compaction.lag.ms (5)",
  ],
  [{ "min.compaction.lag.ms": "10", "retention.ms": "5" }, undefined],
];

for (const [settings, message] of TOGETHER) {
  test(`validateTopicConfigs judges ${JSON.stringify(settings)} together`, () => {
    assert.is(validateTopicConfigs(map(settings), configOf({}))?.message, message);
  });
}

test("validateTopicConfigs judges a topic's value beside the broker's default", () => {
  const broker = configOf({ "log.cleaner.max.compaction.lag.ms": "5" });
  const refused = validateTopicConfigs(map({ "min.compaction.lag.ms": "10" }), broker);
  assert.match(refused?.message ?? "", /\(10\) > max.compaction.lag.ms \(5\)/);
});

test.run();
