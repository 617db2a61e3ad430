// Texts of every type: what is read, what is shown, and Kafka's words for what is refused.

import * as fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  BROKER_CONFIGS,
  type BrokerConfigName,
  GROUP_CONFIGS,
  TOPIC_CONFIGS,
} from "./catalogue.ts";
import type { ConfigDefinition, ConfigValue } from "./definition.ts";
import { allowed, parseConfig, textOf } from "./parse.ts";

const test = suite("configs/parse");

const READ: readonly (readonly [ConfigDefinition, string, ConfigValue, string])[] = [
  [TOPIC_CONFIGS["retention.ms"], "+5", 5, "5"],
  [TOPIC_CONFIGS["retention.ms"], " -1 ", -1, "-1"],
  [
    TOPIC_CONFIGS["max.compaction.lag.ms"],
    "9223372036854775806",
    Number.MAX_SAFE_INTEGER,
    "9223372036854775806",
  ],
  [TOPIC_CONFIGS["unclean.leader.election.enable"], "TRUE", true, "true"],
  [TOPIC_CONFIGS["min.cleanable.dirty.ratio"], "1", 1, "1.0"],
  [TOPIC_CONFIGS["min.cleanable.dirty.ratio"], ".5f", 0.5, "0.5"],
  [TOPIC_CONFIGS["min.cleanable.dirty.ratio"], "0.0001", 0.0001, "1.0E-4"],
  [BROKER_CONFIGS["log.cleaner.io.max.bytes.per.second"], "1000000", 1e6, "1000000.0"],
  [BROKER_CONFIGS["log.cleaner.io.max.bytes.per.second"], "12500000", 12.5e6, "1.25E7"],
  [TOPIC_CONFIGS["cleanup.policy"], " delete , compact ", ["delete", "compact"], "delete,compact"],
  [TOPIC_CONFIGS["cleanup.policy"], "delete,delete", ["delete"], "delete"],
  [TOPIC_CONFIGS["cleanup.policy"], "", [], ""],
  [
    TOPIC_CONFIGS["leader.replication.throttled.replicas"],
    "1:2,,3:4",
    ["1:2", "", "3:4"],
    "1:2,,3:4",
  ],
  [TOPIC_CONFIGS["leader.replication.throttled.replicas"], "*", ["*"], "*"],
  [BROKER_CONFIGS["group.consumer.migration.policy"], "Upgrade", "Upgrade", "Upgrade"],
  [GROUP_CONFIGS["share.auto.offset.reset"], "by_duration:P1DT2H", "by_duration:P1DT2H",
    "by_duration:P1DT2H"],
];

for (const [key, text, value, shown] of READ) {
  test(`parseConfig reads ${key.name}="${text}" and shows ${shown}`, () => {
    assert.equal(parseConfig(key, text), { ok: true, value, text: shown });
  });
}

const REFUSED: readonly (readonly [ConfigDefinition, string, string])[] = [
  [TOPIC_CONFIGS["retention.ms"], "-2", "Value must be at least -1"],
  [TOPIC_CONFIGS["retention.ms"], "1.5", "Not a number of type LONG"],
  [TOPIC_CONFIGS["retention.ms"], "", "Not a number of type LONG"],
  [TOPIC_CONFIGS["retention.ms"], "0x10", "Not a number of type LONG"],
  [TOPIC_CONFIGS["retention.ms"], "9223372036854775808", "Not a number of type LONG"],
  [TOPIC_CONFIGS["segment.bytes"], "2147483648", "Not a number of type INT"],
  [BROKER_CONFIGS["offsets.topic.replication.factor"], "40000", "Not a number of type SHORT"],
  [TOPIC_CONFIGS["preallocate"], "1", "Expected value to be either true or false"],
  [TOPIC_CONFIGS["min.cleanable.dirty.ratio"], "1.5", "Value must be no more than 1"],
  [TOPIC_CONFIGS["min.cleanable.dirty.ratio"], "abc", "Not a number of type DOUBLE"],
  [
    TOPIC_CONFIGS["message.timestamp.type"],
    "createtime",
    "String must be one of: CreateTime, LogAppendTime",
  ],
  [TOPIC_CONFIGS["cleanup.policy"], "DELETE", "String must be one of: compact, delete"],
  [
    TOPIC_CONFIGS["compression.gzip.level"],
    "0",
    "Value must be between 1 and 9 or equal to -1",
  ],
  [
    BROKER_CONFIGS["group.consumer.migration.policy"],
    "maybe",
    "String must be one of (case insensitive): DISABLED, DOWNGRADE, UPGRADE, BIDIRECTIONAL",
  ],
  [
    GROUP_CONFIGS["share.auto.offset.reset"],
    "abc",
    "Invalid value `abc` for configuration share.auto.offset.reset. The value must be either " +
      "'earliest', 'latest' or of the format 'by_duration:<PnDTnHnMn.nS>'.",
  ],
];

for (const [key, text, why] of REFUSED) {
  test(`parseConfig refuses ${key.name}="${text}": ${why}`, () => {
    const problem = `Invalid value ${text} for configuration ${key.name}: ${why}`;
    assert.equal(parseConfig(key, text), { ok: false, problem });
  });
}

test("parseConfig names the entry of a list and the list of replicas as Kafka does", () => {
  assert.equal(parseConfig(TOPIC_CONFIGS["cleanup.policy"], "delete,foo"), {
    ok: false,
    problem: "Invalid value foo for configuration cleanup.policy: " +
      "String must be one of: compact, delete",
  });
  assert.equal(parseConfig(TOPIC_CONFIGS["cleanup.policy"], "delete,"), {
    ok: false,
    problem: "Configuration 'cleanup.policy' values must not be empty.",
  });
  const name = "leader.replication.throttled.replicas";
  assert.equal(parseConfig(TOPIC_CONFIGS[name], "foo"), {
    ok: false,
    problem: `Invalid value [foo] for configuration ${name}: ${name} must be the literal '*' or ` +
      "a list of replicas in the following format: " +
      "[partitionId]:[brokerId],[partitionId]:[brokerId],...",
  });
});

test("parseConfig never tells a password", () => {
  const parsed = parseConfig({ ...BROKER_CONFIGS["node.id"], sensitive: true }, "hunter2");
  assert.not.ok(parsed.ok);
  assert.not.match(parsed.ok ? "" : parsed.problem, /hunter2/);
});

test("parseConfig reads back what textOf shows of any number", () => {
  fc.assert(fc.property(fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }), (value) => {
    const key = BROKER_CONFIGS["log.cleaner.io.max.bytes.per.second"];
    const text = textOf("double", value) ?? "";
    assert.equal(parseConfig(key, text), { ok: true, value, text });
  }));
});

test("allowed says in words what a key takes", () => {
  const cases: readonly (readonly [BrokerConfigName, string])[] = [
    ["num.partitions", "a whole number, at least 1"],
    ["log.cleaner.min.cleanable.ratio", "a number, 0 to 1"],
    ["compression.zstd.level", "a whole number, -131072 to 22"],
    ["compression.gzip.level", "a whole number, 1 to 9, or -1"],
    ["auto.create.topics.enable", "true or false"],
    ["process.roles", "a list of broker, controller"],
    ["log.message.timestamp.type", "one of CreateTime, LogAppendTime"],
  ];
  for (const [name, words] of cases) assert.is(allowed(BROKER_CONFIGS[name]), words);
});

test.run();
