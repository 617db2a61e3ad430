// What becomes of single settings: which one counts, which is refused, which is only told.

import { Fault } from "@odradek/base";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { resolveConfig } from "./resolve.ts";
import type { Setting } from "./sources/setting.ts";

const test = suite("configs/resolve");

function given(texts: Readonly<Record<string, string>>, origin = "given"): Setting[] {
  return Object.entries(texts).map(([name, text]) => ({ name, text, origin }));
}

function refusal(texts: Readonly<Record<string, string>>): string {
  try {
    resolveConfig([given(texts)]);
  } catch (thrown) {
    assert.instance(thrown, Fault);
    assert.is((thrown as Fault).kind, "configuration");
    return (thrown as Fault).message;
  }
  return "";
}

test("resolveConfig lets the later source count and remembers its origin", () => {
  const { config } = resolveConfig([
    given({ "num.partitions": "2", "num.io.threads": "3" }, "file"),
    given({ "num.partitions": "4" }, "environment"),
  ]);
  assert.is(config.value("num.partitions"), 4);
  assert.is(config.settings.get("num.partitions")?.origin, "environment");
  assert.is(config.value("num.io.threads"), 3);
  assert.is(config.value("background.threads"), 10);
});

test("resolveConfig takes node.id and broker.id for each other", () => {
  assert.is(resolveConfig([given({ "broker.id": "7" })]).config.value("node.id"), 7);
  assert.is(resolveConfig([given({ "node.id": "7" })]).config.value("broker.id"), 7);
  const both = resolveConfig([given({ "node.id": "7", "broker.id": " 7" })]);
  assert.is(both.config.value("node.id"), 7);
});

const REFUSED: readonly (readonly [Record<string, string>, string])[] = [
  [
    { "num.partitions": "0" },
    'Cannot use num.partitions="0" (given): allowed is a whole number, at least 1',
  ],
  [
    { "auto.create.topics.enable": "yes" },
    'Cannot use auto.create.topics.enable="yes" (given): allowed is true or false',
  ],
  [
    { "node.id": "1", "broker.id": "2" },
    'Cannot use node.id="1" (given) beside broker.id="2" (given): they must be equal; ' +
      "remove broker.id",
  ],
  [
    { "remote.log.storage.system.enable": "true" },
    'Cannot use remote.log.storage.system.enable="true" (given): there is no tiered storage; ' +
      "remove the key, and plan the disks for all that retention keeps",
  ],
  [
    { "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer" },
    'Cannot use authorizer.class.name="org.apache.kafka.metadata.authorizer.StandardAuthorizer" ' +
      "(given): it turns on access control, and that is not built yet; remove the key, and let " +
      "only trusted clients reach this node",
  ],
  [
    { "delegation.token.secret.key": "hunter2" },
    'Cannot use delegation.token.secret.key="[hidden]" (given): it turns on delegation tokens, ' +
      "and that is not built yet; remove the key",
  ],
  [
    { "listener.name.inside.plain.sasl.jaas.config": "hunter2" },
    'Cannot use listener.name.inside.plain.sasl.jaas.config="[hidden]" (given): it turns on ' +
      "SASL, and that is not built yet; remove the key, and use PLAINTEXT listeners on a network " +
      "that only trusted clients reach",
  ],
];

for (const [texts, message] of REFUSED) {
  test(`resolveConfig refuses ${Object.keys(texts).join(", ")}`, () => {
    assert.is(refusal(texts), message);
  });
}

test("resolveConfig refuses every key that turns on a part of security that is not built", () => {
  const keys = {
    "sasl.enabled.mechanisms": "PLAIN",
    "sasl.jaas.config": "x",
    "ssl.keystore.location": "/a",
    "ssl.keystore.key": "x",
    "ssl.keystore.certificate.chain": "x",
    "ssl.truststore.location": "/a",
    "ssl.truststore.certificates": "x",
    "listener.name.outside.ssl.keystore.location": "/a",
    "ssl.keystore.credentials": "creds",
    "ssl.client.auth": "required",
    "security.inter.broker.protocol": "SASL_SSL",
    "delegation.token.master.key": "x",
    "config.providers": "file",
    "create.topic.policy.class.name": "x.Policy",
  };
  for (const [name, text] of Object.entries(keys)) {
    assert.match(refusal({ [name]: text }), `Cannot use ${name}=`, name);
  }
});

test("resolveConfig takes keys of security that turn nothing on", () => {
  const { warnings } = resolveConfig([given({
    "authorizer.class.name": "",
    "ssl.client.auth": "none",
    "security.inter.broker.protocol": "PLAINTEXT",
    "ssl.enabled.protocols": "TLSv1.3",
    "remote.log.storage.system.enable": "false",
  })]);
  assert.equal(warnings, []);
});

test("resolveConfig notes what is ignored, even with a value that nobody could read", () => {
  const ignored = [
    "zookeeper.connect",
    "inter.broker.protocol.version",
    "log.message.format.version",
    "advertised.port",
    "log.cleaner.enable",
    "fetch.purgatory.purge.interval.requests",
    "metrics.num.samples",
    "kafka.metrics.reporters",
    "confluent.license",
    "sasl.kerberos.kinit.cmd",
    "ssl.keymanager.algorithm",
    "remote.log.manager.thread.pool.size",
    "share.coordinator.threads",
  ];
  const texts = Object.fromEntries(ignored.map((key) => [key, "?"]));
  const { warnings, notes } = resolveConfig([given(texts)]);
  assert.equal(warnings, []);
  assert.is(notes.length, ignored.length);
  assert.is(notes[0], "zookeeper.connect (given) is accepted and has no effect");
});

test("resolveConfig does not ignore the topic of share group state", () => {
  assert.match(refusal({ "share.coordinator.state.topic.num.partitions": "0" }), /at least 1/);
});

test("resolveConfig warns of unknown keys and says what was probably meant", () => {
  const { warnings } = resolveConfig([given({
    "log.retention.hour": "3",
    "retention.ms": "3",
    "something.of.mine": "3",
  })]);
  assert.equal(warnings, [
    "Unknown key log.retention.hour (given) has no effect; did you mean log.retention.hours?",
    "Unknown key retention.ms (given) has no effect: it is a key of topics, whose default for " +
      "all topics is log.retention.ms",
    "Unknown key something.of.mine (given) has no effect",
  ]);
});

test.run();
