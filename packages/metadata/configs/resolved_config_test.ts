// Which value counts when several sources speak, and what stands behind it.

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { configOf, ResolvedConfig } from "./resolved_config.ts";

const test = suite("configs/resolved_config");

function dynamic(
  config: ResolvedConfig,
  cluster: Readonly<Record<string, string>>,
  broker: Readonly<Record<string, string>> = {},
): ResolvedConfig {
  return config.withDynamic({
    cluster: new Map(Object.entries(cluster)),
    broker: new Map(Object.entries(broker)),
  });
}

test("value lets this broker count before all brokers, and both before the file", () => {
  const file = configOf({ "log.cleaner.threads": "2" });
  assert.is(configOf({}).value("log.cleaner.threads"), 1);
  assert.is(file.value("log.cleaner.threads"), 2);
  assert.is(dynamic(file, { "log.cleaner.threads": "3" }).value("log.cleaner.threads"), 3);
  const all = dynamic(file, { "log.cleaner.threads": "3" }, { "log.cleaner.threads": "4" });
  assert.is(all.value("log.cleaner.threads"), 4);
  assert.is(file.value("log.cleaner.threads"), 2);
});

test("value passes over what the metadata log holds and nobody can read", () => {
  const file = configOf({ "log.cleaner.threads": "2" });
  assert.is(dynamic(file, { "log.cleaner.threads": "many" }).value("log.cleaner.threads"), 2);
});

test("value passes over what may not change, or not for all brokers", () => {
  const config = dynamic(configOf({}), { "num.partitions": "9", "ssl.client.auth": "required" });
  assert.is(config.value("num.partitions"), 1);
  assert.is(config.value("ssl.client.auth"), "none");
});

test("value is undefined for a required key, null for one without a default", () => {
  assert.is(configOf({}).value("node.id"), undefined);
  assert.is(configOf({}).value("broker.rack"), null);
});

test("valueFor takes the listener's own value, else that of all", () => {
  const config = dynamic(configOf({ "max.connections": "100" }), {}, {
    "listener.name.inside.max.connections": "7",
  });
  assert.is(config.valueFor("INSIDE", "max.connections"), 7);
  assert.is(config.valueFor("OUTSIDE", "max.connections"), 100);
});

test("isSet tells what somebody set from a default of the same value", () => {
  assert.ok(configOf({ "num.partitions": "1" }).isSet("num.partitions"));
  assert.not.ok(configOf({}).isSet("num.partitions"));
});

const RETENTION: readonly (readonly [Record<string, string>, number, string])[] = [
  [{}, 168 * 3_600_000, "default"],
  [{ "log.retention.hours": "5" }, 5 * 3_600_000, "static"],
  [{ "log.retention.hours": "5", "log.retention.minutes": "7" }, 7 * 60_000, "static"],
  [{ "log.retention.minutes": "7", "log.retention.ms": "99" }, 99, "static"],
  [{ "log.retention.hours": "-1" }, -1, "static"],
];

for (const [texts, value, source] of RETENTION) {
  test(`effective makes ${value} ms of retention of ${JSON.stringify(texts)}`, () => {
    assert.equal(configOf(texts).effective("log.retention.ms"), {
      value,
      text: String(value),
      source,
    });
  });
}

test("effective keeps the text of a limit that no number holds", () => {
  const { value, text } = configOf({}).effective("log.flush.interval.ms");
  assert.equal([value, text], [Number.MAX_SAFE_INTEGER, "9223372036854775807"]);
});

test("entries go from the strongest source to the default, ms before hours in each", () => {
  const config = dynamic(
    configOf({ "log.retention.hours": "5" }),
    { "log.retention.ms": "7000" },
    { "log.retention.ms": "9000" },
  );
  assert.equal(config.entries("log.retention.ms").map(Object.values), [
    ["log.retention.ms", "broker", "9000"],
    ["log.retention.ms", "cluster", "7000"],
    ["log.retention.hours", "static", "5"],
    ["log.retention.hours", "default", "168"],
  ]);
});

test.run();
