// Configurations are altered: which changes may be, and what becomes of those that may not.

import { type ClusterImage, configKey } from "@odradek/metadata";
import { brokerRecord, imageOf, topicRecords } from "@odradek/metadata/testing/image_of";
import type { ErrorName } from "@odradek/protocol/errors";
import { errorName } from "@odradek/protocol/errors";
import { Refusal } from "@odradek/protocol/refusal";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { circumstances, type CircumstancesDraft } from "../testing/circumstances.ts";
import { KEEPS_ELIGIBLE } from "../testing/eligible.ts";
import { type AlterConfigsCommand, decideAlterConfigs } from "./alter_configs.ts";

const test = suite("decideAlterConfigs");

const TOPIC = 2;
const BROKER = 4;
const CLIENT_METRICS = 16;
const GROUP = 32;
const [SET, DELETE, APPEND, SUBTRACT] = [0, 1, 2, 3];

const before = imageOf([
  brokerRecord({ id: 1 }),
  ...topicRecords("t", 1, [{ replicas: [1] }]),
]);

type Change = [name: string, operation: number | undefined, value: string | null];

function resource(resourceType: number, resourceName: string, ...changes: Change[]) {
  const configs = changes.map(([name, configOperation = 0, value]) => ({
    name,
    configOperation,
    value,
  }));
  return { resourceType, resourceName, configs };
}

interface Decided {
  readonly image: ClusterImage;
  readonly errors: readonly ErrorName[];
  readonly messages: readonly (string | null)[];
}

function decided(
  draft: Partial<AlterConfigsCommand> & Pick<AlterConfigsCommand, "resources">,
  image = before,
  given: CircumstancesDraft = {},
): Decided {
  const command = {
    isReplacement: false,
    validateOnly: false,
    refusalOf: () => undefined,
    ...draft,
  };
  const { records, reply } = decideAlterConfigs(image, command, circumstances(given));
  return {
    image: imageOf(records, image),
    errors: reply.map(({ errorCode }) => errorName(errorCode)),
    messages: reply.map(({ errorMessage = null }) => errorMessage),
  };
}

function settings(image: ClusterImage, type: number, name: string): Record<string, string> {
  return Object.fromEntries(image.configs.get(configKey(type, name)) ?? []);
}

test("decideAlterConfigs sets, deletes, and changes the entries of lists", () => {
  let { image } = decided({
    resources: [resource(TOPIC, "t", ["retention.ms", SET, "5"], ["cleanup.policy", APPEND,
      "compact"])],
  });
  assert.equal(settings(image, TOPIC, "t"), {
    "retention.ms": "5",
    "cleanup.policy": "delete,compact",
  });
  const more = [
    ["retention.ms", DELETE, null],
    ["no.such.key", DELETE, null],
    ["cleanup.policy", SUBTRACT, "delete,nothing"],
  ] as Change[];
  ({ image } = decided({ resources: [resource(TOPIC, "t", ...more)] }, image));
  assert.equal(settings(image, TOPIC, "t"), { "cleanup.policy": "compact" });
});

test("decideAlterConfigs writes only what differs", () => {
  const set = { resources: [resource(TOPIC, "t", ["retention.ms", SET, "5"])] };
  const { image } = decided(set);
  const again = { isReplacement: false, validateOnly: false, refusalOf: () => undefined, ...set };
  assert.equal(decideAlterConfigs(image, again, circumstances()).records, []);
});

test("decideAlterConfigs replaces all where a whole set is given", () => {
  const set = resource(TOPIC, "t", ["retention.ms", SET, "5"], ["segment.ms", SET, "50"]);
  const { image } = decided({ resources: [set] });
  const resources = [resource(TOPIC, "t", ["segment.ms", undefined, "60"])];
  const replaced = decided({ resources, isReplacement: true }, image);
  assert.equal(settings(replaced.image, TOPIC, "t"), { "segment.ms": "60" });
  const cleared = decided({ resources: [resource(TOPIC, "t")], isReplacement: true }, image);
  assert.equal(settings(cleared.image, TOPIC, "t"), {});
});

test("decideAlterConfigs leaves a resource as it was for one bad key, and does the others", () => {
  const { image, errors } = decided({
    resources: [
      resource(TOPIC, "t", ["segment.ms", SET, "50"], ["retention.ms", SET, "many"]),
      resource(GROUP, "g", ["consumer.session.timeout.ms", SET, "46000"]),
    ],
  });
  assert.equal(errors, ["INVALID_CONFIG", "NONE"]);
  assert.equal(settings(image, TOPIC, "t"), {});
  assert.equal(settings(image, GROUP, "g"), { "consumer.session.timeout.ms": "46000" });
});

test("decideAlterConfigs changes nothing when it is only asked whether it would", () => {
  const resources = [
    resource(TOPIC, "t", ["retention.ms", SET, "5"]),
    resource(TOPIC, "u", ["retention.ms", SET, "5"]),
  ];
  const { image, errors } = decided({ resources, validateOnly: true });
  assert.equal(errors, ["NONE", "UNKNOWN_TOPIC_OR_PARTITION"]);
  assert.is(image, before);
});

const REFUSED: [ReturnType<typeof resource>, ErrorName, string][] = [
  [resource(TOPIC, "", ["retention.ms", SET, "5"]), "INVALID_REQUEST",
    "Default topic resources are not allowed."],
  [resource(TOPIC, "a b"), "INVALID_TOPIC_EXCEPTION",
    "Topic name is invalid: 'a b' contains one or more characters other than ASCII " +
    "alphanumerics, '.', '_' and '-'"],
  [resource(TOPIC, "u"), "UNKNOWN_TOPIC_OR_PARTITION", "The topic 'u' does not exist."],
  [resource(TOPIC, "t", ["nope", SET, "5"]), "INVALID_CONFIG", "Unknown topic config name: nope"],
  [resource(TOPIC, "t", ["retention.ms", SET, null]), "INVALID_REQUEST",
    "Null value not supported for : retention.ms"],
  [resource(TOPIC, "t", ["retention.ms", APPEND, "5"]), "INVALID_CONFIG",
    "Can't APPEND to key retention.ms because its type is not LIST."],
  [resource(TOPIC, "t", ["nope", SUBTRACT, "5"]), "INVALID_CONFIG",
    "Can't SUBTRACT to key nope because its type is not LIST."],
  [resource(TOPIC, "t", ["retention.ms", 9, "5"]), "UNKNOWN_SERVER_ERROR",
    "There is no operation 9"],
  [resource(TOPIC, "t", ["a", SET, "5"], ["a", DELETE, null]), "INVALID_REQUEST",
    "Error due to duplicate config keys"],
  [resource(TOPIC, "t", ["max.compaction.lag.ms", SET, "5"], ["min.compaction.lag.ms", SET, "50"]),
    "INVALID_CONFIG",
    "conflict topic config setting min.compaction.lag.ms (50) > max.compaction.lag.ms (5)"],
  [resource(3, "t"), "INVALID_REQUEST", "Unknown resource type 3"],
  [resource(BROKER, "x"), "INVALID_REQUEST",
    "Unable to parse broker name as a base 10 number."],
  [resource(BROKER, "7"), "BROKER_ID_NOT_REGISTERED", "No broker with id 7 found."],
  [resource(BROKER, "1", ["process.roles", SET, "broker"]), "INVALID_REQUEST",
    "Cannot update these configs dynamically: [process.roles]"],
  [resource(BROKER, "", ["listeners", SET, "PLAINTEXT://:1"]), "INVALID_REQUEST",
    "Cannot update these configs at default cluster level, broker id must be specified: " +
    "[listeners]"],
  [resource(BROKER, "1", ["log.cleaner.threads", SET, "x"]), "INVALID_REQUEST",
    "Invalid value x for configuration log.cleaner.threads: Not a number of type INT"],
  [resource(BROKER, "1", ["ssl.keystore.location", SET, "/k"]), "INVALID_REQUEST",
    "Cannot use ssl.keystore.location: it turns on TLS, and that is not built yet; remove the " +
    "key, and use PLAINTEXT listeners on a network that only trusted clients reach"],
  [resource(GROUP, "", ["consumer.session.timeout.ms", SET, "1"]), "INVALID_REQUEST",
    "Default group resources are not allowed."],
  [resource(GROUP, "g", ["nope", SET, "1"]), "INVALID_CONFIG", "Unknown group config name: nope"],
  [resource(GROUP, "g", ["consumer.session.timeout.ms", SET, "1"]), "INVALID_CONFIG",
    "consumer.session.timeout.ms must be greater than or equal to " +
    "group.consumer.min.session.timeout.ms"],
  [resource(GROUP, "g", ["share.record.lock.duration.ms", SET, "1000000"]), "INVALID_CONFIG",
    "share.record.lock.duration.ms must be less than or equal to " +
    "group.share.max.record.lock.duration.ms"],
  [resource(CLIENT_METRICS, ""), "INVALID_REQUEST", "Subscription name can't be empty"],
  [resource(CLIENT_METRICS, "m", ["nope", SET, "1"]), "INVALID_REQUEST",
    "Unknown client metrics configuration: nope"],
  [resource(CLIENT_METRICS, "m", ["interval.ms", SET, "5"]), "INVALID_REQUEST",
    "Invalid value 5 for interval.ms, interval must be between 100 and 3600000 (1 hour)"],
  [resource(CLIENT_METRICS, "m", ["match", SET, "client_id=["]), "INVALID_CONFIG",
    "Illegal client matching pattern: client_id=["],
  [resource(CLIENT_METRICS, "m", ["match", SET, "foo=bar"]), "INVALID_CONFIG",
    "Illegal client matching pattern: foo=bar"],
];

test("decideAlterConfigs refuses in Kafka's words what may not be", () => {
  for (const [one, error, message] of REFUSED) {
    const { image, errors, messages } = decided({ resources: [one] });
    assert.equal([errors, messages], [[error], [message]]);
    assert.is(image, before);
  }
});

test("decideAlterConfigs wants a session longer than the heartbeats within it", () => {
  const configs = {
    "group.consumer.min.session.timeout.ms": "1000",
    "group.consumer.max.heartbeat.interval.ms": "20000",
  };
  const changes = [
    ["consumer.session.timeout.ms", SET, "9000"],
    ["consumer.heartbeat.interval.ms", SET, "9000"],
  ] as Change[];
  const { messages } = decided({ resources: [resource(GROUP, "g", ...changes)] }, before, {
    configs,
  });
  assert.equal(messages, [
    "consumer.session.timeout.ms must be greater than consumer.heartbeat.interval.ms",
  ]);
});

test("decideAlterConfigs takes what subscriptions, brokers and all of them may have", () => {
  const { image, errors } = decided({
    resources: [
      resource(CLIENT_METRICS, "m", ["match", SET, "client_id=a.*, client_source_port=9.*"]),
      resource(BROKER, "1", ["log.cleaner.threads", SET, "2"], ["key.of.a.plugin", SET, "x"]),
      resource(BROKER, "", ["log.cleanup.policy", APPEND, "compact"]),
    ],
  });
  assert.equal(errors, ["NONE", "NONE", "NONE"]);
  assert.equal(settings(image, BROKER, ""), { "log.cleanup.policy": "delete,compact" });
});

test("decideAlterConfigs refuses a resource that is named twice, both times", () => {
  const twice = [
    resource(TOPIC, "t", ["retention.ms", SET, "5"]),
    resource(TOPIC, "t", ["segment.ms", SET, "5"]),
  ];
  const { image, errors } = decided({ resources: twice });
  assert.equal(errors, ["INVALID_REQUEST", "INVALID_REQUEST"]);
  assert.is(image, before);
});

test("decideAlterConfigs refuses whom it must", () => {
  const refusalOf = () => new Refusal("TOPIC_AUTHORIZATION_FAILED");
  const { errors } = decided({ resources: [resource(TOPIC, "t")], refusalOf });
  assert.equal(errors, ["TOPIC_AUTHORIZATION_FAILED"]);
});

test("decideAlterConfigs forgets who is eligible with another minimum of in-sync replicas", () => {
  const partition = { replicas: [1, 2], isr: [1], eligibleLeaderReplicas: [2] };
  const given = imageOf([
    ...KEEPS_ELIGIBLE,
    brokerRecord({ id: 1 }),
    ...topicRecords("t", 1, [partition]),
    ...topicRecords("u", 2, [partition]),
  ]);
  const eligible = (image: ClusterImage) =>
    [...image.topics.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
      .map(({ partitions: [one] }) => one?.eligibleLeaderReplicas.length);
  const minimum = (value: string | null, operation = SET): Change =>
    ["min.insync.replicas", operation, value];
  assert.equal(eligible(given), [1, 1]);
  const one = decided({ resources: [resource(TOPIC, "t", minimum("2"))] }, given);
  assert.equal(eligible(one.image), [0, 1]);
  const all = decided({ resources: [resource(BROKER, "", minimum("2"))] }, given);
  assert.equal(eligible(all.image), [0, 0]);
  // It is one for all brokers, and stays set.
  const own = decided({ resources: [resource(BROKER, "1", minimum("2"))] }, given);
  assert.equal(own.errors, ["INVALID_CONFIG"]);
  assert.match(own.messages[0] ?? "", /^Broker-level min.insync.replicas cannot be altered/);
  const gone = [resource(BROKER, "", minimum(null, DELETE))];
  const removed = decided({ resources: gone }, all.image);
  assert.equal(removed.errors, ["INVALID_CONFIG"]);
  assert.match(removed.messages[0] ?? "", /^Cluster-level min.insync.replicas cannot be removed/);
  const without = decided({ resources: [resource(BROKER, "1", minimum("2"))] });
  assert.equal(without.errors, ["NONE"]);
});

test.run();
