// Holds the tables against Kafka's own list of keys, where that lies beside the repository.

import { existsSync, readFileSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  BROKER_CONFIGS,
  brokerDefinition,
  chainOf,
  GROUP_CONFIGS,
  TOPIC_CONFIGS,
  withoutListener,
} from "./catalogue.ts";
import type { ConfigDefinition } from "./definition.ts";
import { consistentKeys } from "./node/consistency.ts";
import { parseConfig, textOf } from "./parse.ts";

const test = suite("configs/catalogue");
const LISTS = new URL("../../../../shared/reference/configs/", import.meta.url);

interface Listed {
  readonly name: string;
  readonly type: string;
  readonly default: string | null | undefined;
  readonly notation: string;
  readonly importance: string;
  readonly internal: boolean;
}

/** Where we differ on purpose. */
const OTHER_DEFAULTS = new Map([["sasl.enabled.mechanisms", ""]]);

/** Known, though Kafka has them outside of its lists. */
const UNLISTED = new Set([
  "super.users",
  "allow.everyone.if.no.acl.found",
  "leader.replication.throttled.rate",
  "follower.replication.throttled.rate",
  "replica.alter.log.dirs.io.max.bytes.per.second",
]);

function readList(file: string): Listed[] {
  const lines = readFileSync(new URL(file, LISTS), "utf8").trimEnd().split("\n").slice(1);
  return lines.map((line) => {
    const cells = line.split("\t");
    const [name = "", type = "", value, notation = "", importance = "", internal] = cells;
    const fallback = value === "(required)" ? undefined : value === "null" ? null : value;
    return {
      name,
      type: type.toLowerCase(),
      default: OTHER_DEFAULTS.has(name) ? OTHER_DEFAULTS.get(name) : fallback,
      notation,
      importance: importance.toLowerCase(),
      internal: internal === "true",
    };
  });
}

function listed(key: ConfigDefinition): Listed {
  return {
    name: key.name,
    type: key.type,
    default: key.default === undefined ? undefined : textOf(key.type, key.default),
    notation: key.validity?.notation ?? "",
    importance: key.importance,
    internal: key.internal,
  };
}

const TABLES: readonly (readonly [string, Readonly<Record<string, ConfigDefinition>>])[] = [
  ["broker.tsv", BROKER_CONFIGS],
  ["topic.tsv", TOPIC_CONFIGS],
  ["group.tsv", GROUP_CONFIGS],
];

for (const [file, keys] of existsSync(LISTS) ? TABLES : []) {
  const expected = readList(file);

  test(`the tables hold every key of ${file} as it is there`, () => {
    assert.ok(expected.length > 20);
    for (const row of expected) {
      const key = keys[row.name];
      assert.ok(key, `${row.name} is missing`);
      assert.equal(listed(key), row);
    }
  });

  test(`the tables hold no key that ${file} lacks but our own`, () => {
    const known = new Set(expected.map(({ name }) => name));
    const others = Object.keys(keys).filter((name) =>
      !known.has(name) && !UNLISTED.has(name) && !/^(odradek|cluster)\./.test(name)
    );
    assert.equal(others, []);
  });
}

for (const [file, keys] of TABLES) {
  test(`every key of ${file} takes its own default and names only keys that exist`, () => {
    for (const key of Object.values(keys)) checkKey(key);
  });
}

function checkKey(key: ConfigDefinition): void {
  const text = textOf(key.type, key.default);
  if (text !== null) {
    const parsed = parseConfig(key, text);
    assert.ok(parsed.ok, `${key.name}: ${parsed.ok ? "" : parsed.problem}`);
    assert.equal([parsed.value, parsed.text], [key.default, text]);
  }
  for (const { name } of key.substitutes) assert.ok(brokerDefinition(name), name);
  if (key.broker !== undefined) {
    assert.is(brokerDefinition(key.broker)?.type, key.type, key.broker);
  }
  assert.match(key.documentation, /^[A-Z0-9].*\.$/);
}

test("consistentKeys names only keys that exist", () => {
  assert.equal(consistentKeys().filter((name) => !brokerDefinition(name)), []);
});

test("withoutListener takes off the prefix of a listener and of a mechanism", () => {
  const cases = [
    ["listener.name.inside.max.connections", "max.connections"],
    ["listener.name.inside.plain.sasl.jaas.config", "sasl.jaas.config"],
    ["listener.name.inside.scram-sha-256.sasl.jaas.config", "sasl.jaas.config"],
    ["listener.name.inside.no.such.key", "no.such.key"],
    ["max.connections", "max.connections"],
  ] as const;
  for (const [name, expected] of cases) assert.is(withoutListener(name), expected);
});

test("chainOf begins with the key that counts, whichever is asked for", () => {
  const chain = ["log.retention.ms", "log.retention.minutes", "log.retention.hours"];
  for (const name of chain) assert.equal(chainOf(name), chain);
  assert.equal(chainOf("num.partitions"), ["num.partitions"]);
});

test.run();
