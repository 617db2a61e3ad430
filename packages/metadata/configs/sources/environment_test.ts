// Variables to keys.

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { keyOf, readEnvironment } from "./environment.ts";
import { readOverrides } from "./setting.ts";

const test = suite("configs/sources/environment");

const NAMES: readonly (readonly [string, string])[] = [
  ["KAFKA_NODE_ID", "node.id"],
  ["KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR", "offsets.topic.replication.factor"],
  ["KAFKA_LISTENER_NAME_SASL___SSL_SSL_CLIENT_AUTH", "listener.name.sasl-ssl.ssl.client.auth"],
  ["KAFKA_LISTENER_NAME_SASL__SSL_SSL_CLIENT_AUTH", "listener.name.sasl_ssl.ssl.client.auth"],
  ["KAFKA_CFG_PROCESS_ROLES", "process.roles"],
  ["KAFKA_ODRADEK_REACTORS", "odradek.reactors"],
];

for (const [variable, key] of NAMES) {
  test(`keyOf makes ${key} of ${variable}`, () => {
    assert.is(keyOf(variable), key);
  });
}

test("readEnvironment takes keys in order and leaves everything else", () => {
  const { settings } = readEnvironment({
    PATH: "/bin",
    KAFKA_PROCESS_ROLES: "broker",
    KAFKA_NODE_ID: "3",
    KAFKA_HEAP_OPTS: "-Xmx1g",
    KAFKA_VERSION: "4.4.0",
    KAFKA_: "",
  });
  assert.equal(settings, [
    { name: "node.id", text: "3", origin: "environment KAFKA_NODE_ID" },
    { name: "process.roles", text: "broker", origin: "environment KAFKA_PROCESS_ROLES" },
  ]);
});

test("readEnvironment prefers KAFKA_X to KAFKA_CFG_X", () => {
  const both = ["KAFKA_CFG_NODE_ID", "KAFKA_NODE_ID"];
  for (const order of [both, both.toReversed()]) {
    const { settings } = readEnvironment(Object.fromEntries(order.map((name) => [name, name])));
    assert.equal(settings.map(({ text }) => text), ["KAFKA_NODE_ID"]);
  }
});

test("readEnvironment gives the cluster's id and the levels of loggers apart", () => {
  const { settings, clusterId, rootLevel, loggers } = readEnvironment({
    CLUSTER_ID: "5L6g3nShT-eMCtK--X86sw",
    KAFKA_LOG4J_ROOT_LOGLEVEL: "WARN",
    KAFKA_LOG4J_LOGGERS: "kafka.server=DEBUG",
  });
  assert.equal(settings, []);
  assert.equal([clusterId?.text, rootLevel?.text, loggers?.text], [
    "5L6g3nShT-eMCtK--X86sw",
    "WARN",
    "kafka.server=DEBUG",
  ]);
});

test("readEnvironment finds the TLS files of the container image among its secrets", () => {
  const { settings } = readEnvironment({ KAFKA_SSL_KEYSTORE_FILENAME: "node.p12" });
  assert.equal(settings.map(({ name, text }) => [name, text]), [
    ["ssl.keystore.location", "/etc/kafka/secrets/node.p12"],
  ]);
});

test("readOverrides splits at the first =", () => {
  assert.equal(readOverrides(["a=b=c", "d="]).map(({ name, text }) => [name, text]), [
    ["a", "b=c"],
    ["d", ""],
  ]);
});

test("readOverrides refuses what has no key", () => {
  for (const override of ["a", "=b", ""]) {
    assert.throws(() => readOverrides([override]), /give key=value/);
  }
});

test.run();
