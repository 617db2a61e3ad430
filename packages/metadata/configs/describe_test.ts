// Descriptions as Kafka gives them: held against what its tools printed, where that lies beside the
// repository, and against what was seen of Kafka 4.3 otherwise.

import { existsSync, readFileSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { BROKER_CONFIGS } from "./catalogue.ts";
import {
  CONFIG_SOURCES,
  type DescribedConfig,
  describeBroker,
  describeCluster,
  describeGroup,
  describeNewTopic,
  describeTopic,
} from "./describe.ts";
import { configOf, ResolvedConfig } from "./resolved_config.ts";
import { parseProperties } from "./sources/properties.ts";

const test = suite("configs/describe");
const OUTPUT = new URL("../../../../shared/reference/tool-output/", import.meta.url);

const NAMES: Readonly<Record<number, string>> = {
  [CONFIG_SOURCES.topic]: "DYNAMIC_TOPIC_CONFIG",
  [CONFIG_SOURCES.broker]: "DYNAMIC_BROKER_CONFIG",
  [CONFIG_SOURCES.cluster]: "DYNAMIC_DEFAULT_BROKER_CONFIG",
  [CONFIG_SOURCES.static]: "STATIC_BROKER_CONFIG",
  [CONFIG_SOURCES.default]: "DEFAULT_CONFIG",
};

/** One key as kafka-configs prints it. */
function printed({ name, value, sensitive, synonyms }: DescribedConfig): string {
  const chain = synonyms.map((one) => `${NAMES[one.source]}:${one.name}=${one.value}`).join(", ");
  return `  ${name}=${value} sensitive=${sensitive} synonyms={${chain}}`;
}

function linesOf(file: string): string[] {
  const text = readFileSync(new URL(file, OUTPUT), "utf8");
  return text.split("\n").filter((line) => line.startsWith("  "));
}

function map(texts: Readonly<Record<string, string>>): Map<string, string> {
  return new Map(Object.entries(texts));
}

function find(described: readonly DescribedConfig[], name: string): DescribedConfig {
  const found = described.find((one) => one.name === name);
  assert.ok(found, name);
  return found;
}

/** Value, source, and the chain as [name, value, source]. */
function brief(described: readonly DescribedConfig[], name: string): unknown[] {
  const { value, source, synonyms } = find(described, name);
  return [value, source, synonyms.map((one) => [one.name, one.value, one.source])];
}

const withMinIsr = { cluster: map({ "min.insync.replicas": "1" }), broker: map({}) };

if (existsSync(OUTPUT)) {
  test("describeTopic gives every line that Kafka's tool printed", () => {
    const config = configOf({}).withDynamic(withMinIsr);
    const overrides = map({ "max.message.bytes": "2000000", "retention.ms": "3600000" });
    const lines = describeTopic(overrides, config).map(printed);
    const expected = linesOf("kafka-configs-describe-topic-all.txt");
    assert.ok(expected.length > 30);
    for (const line of expected) assert.ok(lines.includes(line), line);
  });

  test("describeBroker gives every line that Kafka's tool printed", () => {
    const file = parseProperties(readFileSync(new URL("server.properties", OUTPUT), "utf8"));
    const settings = [...file, { name: "broker.id", text: "1" }]
      .map((setting) => [setting.name, { ...setting, origin: "file" }] as const);
    const config = new ResolvedConfig(new Map(settings)).withDynamic({
      cluster: map({ "min.insync.replicas": "1", "message.max.bytes": "1500000" }),
      broker: map({ "log.cleaner.threads": "2" }),
    });
    const lines = describeBroker(config).map(printed);
    const expected = linesOf("kafka-configs-describe-broker-all.txt");
    assert.ok(expected.length > 300);
    const missing = expected.filter((line) => !lines.includes(line))
      .map((line) => line.trim().split("=")[0]);
    // Another default here, and one where Kafka knows none.
    assert.equal(missing, ["allow.everyone.if.no.acl.found", "sasl.enabled.mechanisms"]);
  });
}

test("describeTopic shows how values read, sources, and the chain behind each", () => {
  const config = configOf({ "message.max.bytes": "+1600000", "log.roll.ms": "86400001" });
  const described = describeTopic(
    map({ "retention.ms": "+5", "min.cleanable.dirty.ratio": "1", "cleanup.policy": "compact" }),
    config,
  );
  assert.equal(brief(described, "retention.ms"), ["5", 1, [["retention.ms", "5", 1]]]);
  assert.equal(brief(described, "min.cleanable.dirty.ratio"), ["1.0", 1, [
    ["min.cleanable.dirty.ratio", "1.0", 1],
    ["log.cleaner.min.cleanable.ratio", "0.5", 5],
  ]]);
  assert.equal(brief(described, "max.message.bytes"), ["1600000", 4, [
    ["message.max.bytes", "+1600000", 4],
    ["message.max.bytes", "1048588", 5],
  ]]);
  assert.equal(brief(described, "segment.ms"), ["86400001", 4, [
    ["log.roll.ms", "86400001", 4],
    ["log.roll.hours", "168", 5],
  ]]);
  assert.equal(brief(described, "flush.ms"), ["9223372036854775807", 5, []]);
});

test("describeTopic tells where a converted value was set", () => {
  const described = describeTopic(map({}), configOf({ "log.retention.minutes": "7" }));
  assert.equal(brief(described, "retention.ms"), ["420000", 4, [
    ["log.retention.minutes", "7", 4],
    ["log.retention.hours", "168", 5],
  ]]);
});

test("describeTopic lists internal keys only where they are set, sorted by name", () => {
  const names = describeTopic(map({}), configOf({})).map(({ name }) => name);
  assert.equal(names, names.toSorted());
  assert.not.ok(names.includes("internal.segment.bytes"));
  const set = describeTopic(map({ "internal.segment.bytes": "1000" }), configOf({}));
  assert.equal(brief(set, "internal.segment.bytes"), ["1000", 1, [
    ["internal.segment.bytes", "1000", 1],
  ]]);
});

test("describeTopic never calls a key read-only and documents each", () => {
  for (const key of describeTopic(map({}), configOf({}))) {
    assert.not.ok(key.readOnly);
    assert.ok(key.documentation);
  }
});

test("describeNewTopic shows what was set as it was written, without chains", () => {
  const described = describeNewTopic(map({ "min.cleanable.dirty.ratio": ".5f" }), configOf({}));
  assert.equal(brief(described, "min.cleanable.dirty.ratio"), [".5f", 1, []]);
  assert.equal(brief(described, "max.message.bytes"), ["1048588", 5, []]);
});

test("describeBroker shows dynamic values over static ones over defaults", () => {
  const config = configOf({ "log.retention.hours": "5" }).withDynamic({
    cluster: map({ "log.retention.ms": "7000", "message.max.bytes": " 1500000 " }),
    broker: map({ "log.retention.ms": "9000" }),
  });
  const described = describeBroker(config);
  assert.equal(brief(described, "log.retention.ms"), ["9000", 2, [
    ["log.retention.ms", "9000", 2],
    ["log.retention.ms", "7000", 3],
    ["log.retention.hours", "5", 4],
    ["log.retention.hours", "168", 5],
  ]]);
  assert.equal(brief(described, "log.retention.hours"), ["5", 4, [
    ["log.retention.hours", "5", 4],
    ["log.retention.hours", "168", 5],
  ]]);
  assert.equal(brief(described, "message.max.bytes"), ["1500000", 3, [
    ["message.max.bytes", " 1500000 ", 3],
    ["message.max.bytes", "1048588", 5],
  ]]);
});

test("describeBroker leaves away what stands in for a key that has no value", () => {
  const config = configOf({ "log.flush.scheduler.interval.ms": "555" });
  assert.equal(brief(describeBroker(config), "log.flush.interval.ms"), [null, 5, []]);
});

test("describeBroker lists unknown keys without their values", () => {
  const file = new Map([["my.key", { name: "my.key", text: "x", origin: "file" }]]);
  const key = find(describeBroker(new ResolvedConfig(file)), "my.key");
  assert.equal([key.value, key.sensitive, key.readOnly, key.type, key.source], [
    null,
    true,
    true,
    0,
    4,
  ]);
  assert.equal(key.synonyms, [{ name: "my.key", value: null, source: 4 }]);
});

test("describeBroker hides passwords", () => {
  const config = configOf({}).withDynamic({
    cluster: map({}),
    broker: map({ "sasl.jaas.config": "hunter2" }),
  });
  assert.not.match(JSON.stringify(describeBroker(config)), /hunter2/);
  assert.equal(brief(describeBroker(config), "sasl.jaas.config"), [null, 2, [
    ["sasl.jaas.config", null, 2],
  ]]);
});

test("describeBroker shows a key for one listener with that of all behind it", () => {
  const config = configOf({ "max.connections": "100" }).withDynamic({
    cluster: map({}),
    broker: map({ "listener.name.plaintext.max.connections": "7" }),
  });
  const described = describeBroker(config);
  assert.equal(brief(described, "listener.name.plaintext.max.connections"), ["7", 2, [
    ["listener.name.plaintext.max.connections", "7", 2],
    ["max.connections", "100", 4],
    ["max.connections", "2147483647", 5],
  ]]);
  assert.equal(brief(described, "max.connections"), ["100", 4, [
    ["max.connections", "100", 4],
    ["max.connections", "2147483647", 5],
  ]]);
});

test("describeBroker calls a key read-only unless it may change while nodes run", () => {
  const described = describeBroker(configOf({}));
  assert.not.ok(find(described, "log.cleaner.threads").readOnly);
  assert.not.ok(find(described, "ssl.keystore.location").readOnly);
  assert.ok(find(described, "num.partitions").readOnly);
  assert.ok(find(described, "log.retention.hours").readOnly);
  const dynamic = described.filter(({ readOnly }) => !readOnly).length;
  const scoped = Object.values(BROKER_CONFIGS)
    .filter(({ scope, internal }) => scope !== "read-only" && !internal).length;
  assert.is(dynamic, scoped);
});

test("describeBroker lists our own keys", () => {
  assert.equal(brief(describeBroker(configOf({})), "odradek.early.fencing"), ["true", 5, [
    ["odradek.early.fencing", "true", 5],
  ]]);
});

test("describeCluster lists what is set for all brokers, as it was written", () => {
  const config = configOf({}).withDynamic({
    cluster: map({ "message.max.bytes": " 1500000 ", "log.cleaner.threads": "2" }),
    broker: map({ "num.replica.fetchers": "2" }),
  });
  const described = describeCluster(config);
  assert.equal(described.map(({ name }) => name), ["log.cleaner.threads", "message.max.bytes"]);
  assert.equal(brief(described, "message.max.bytes"), [" 1500000 ", 3, [
    ["message.max.bytes", " 1500000 ", 3],
  ]]);
});

test("describeGroup shows the broker's key behind the group's", () => {
  const overrides = map({ "consumer.session.timeout.ms": "50000" });
  const described = describeGroup(overrides, configOf({}));
  assert.equal(brief(described, "consumer.session.timeout.ms"), ["50000", 8, [
    ["consumer.session.timeout.ms", "50000", 8],
    ["group.consumer.session.timeout.ms", "45000", 5],
  ]]);
  assert.equal(brief(described, "consumer.heartbeat.interval.ms"), ["5000", 5, [
    ["group.consumer.heartbeat.interval.ms", "5000", 5],
  ]]);
  assert.equal(brief(described, "share.auto.offset.reset"), ["latest", 5, [
    ["share.auto.offset.reset", "latest", 5],
  ]]);
});

test.run();
