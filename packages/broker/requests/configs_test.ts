// Configurations as a broker tells and alters them: what it answers itself, and what it hands on.

import { nodeId } from "@odradek/base";
import { CONFIG_RESOURCE } from "@odradek/metadata";
import { configOf } from "@odradek/metadata/configs/mod";
import { imageOf } from "@odradek/metadata/testing/image_of";
import { allowAll, LogLevels } from "@odradek/network";
import { errorName } from "@odradek/protocol/errors";
import { AlterConfigs } from "@odradek/protocol/messages/alter_configs";
import { DescribeConfigs } from "@odradek/protocol/messages/describe_configs";
import { IncrementalAlterConfigs } from "@odradek/protocol/messages/incremental_alter_configs";
import { ListConfigResources } from "@odradek/protocol/messages/list_config_resources";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { ControllerLink } from "../controller_link.ts";
import { clusterImage, testUuid } from "../testing/images.ts";
import { answerOf, denying, versionsOf } from "../testing/requests.ts";
import { alterConfigsEndpoint, incrementalAlterConfigsEndpoint } from "./alter_configs.ts";
import { describeConfigsEndpoint } from "./describe_configs.ts";
import { listConfigResourcesEndpoint } from "./list_config_resources.ts";

const test = suite("configs requests");

const [TOPIC, BROKER, LOGGER, GROUP] = [2, 4, 8, 32];

function services() {
  const forwarded: { resourceName: string }[] = [];
  const forward = (_: unknown, { body }: { body: { resources: { resourceName: string }[] } }) => {
    forwarded.push(...body.resources);
    const responses = body.resources.map((one) => ({ ...one, errorCode: 0, errorMessage: null }));
    return Promise.resolve({ responses });
  };
  const image = imageOf([{
    type: "ConfigRecord",
    resourceType: CONFIG_RESOURCE.group,
    resourceName: "g",
    name: "consumer.session.timeout.ms",
    value: "46000",
  }], clusterImage({ topics: [{ name: "t", id: testUuid(1), configs: { "segment.ms": "5" } }] }));
  return {
    forwarded,
    image: () => image,
    config: configOf({ "log.retention.ms": "70" }),
    nodeId: nodeId(1),
    hooks: allowAll,
    loggers: LogLevels.of(["main"], "info"),
    controller: { forward } as unknown as ControllerLink,
  };
}

function asked(resourceType: number, resourceName: string) {
  return { resourceType, resourceName, configurationKeys: null as string[] | null };
}

const onTopic = (...configurationKeys: string[]) => ({ ...asked(TOPIC, "t"), configurationKeys });

test("DescribeConfigs tells values with their chains in every version", async () => {
  const endpoint = describeConfigsEndpoint(services());
  for (const version of versionsOf(endpoint)) {
    const body = {
      resources: [onTopic("retention.ms", "segment.ms", "no.such.key")],
      includeSynonyms: true,
      ...(version < 3 ? {} : { includeDocumentation: true }),
    };
    const { results } = await answerOf(DescribeConfigs, endpoint, { version, body });
    const configs = results[0]?.configs ?? [];
    assert.equal(configs.map(({ name, value, configSource }) => [name, value, configSource]), [
      ["retention.ms", "70", 4],
      ["segment.ms", "5", 1],
    ]);
    assert.equal(configs[1]?.synonyms[0], { name: "segment.ms", value: "5", source: 1 });
    if (version >= 3) assert.match(configs[0]?.documentation ?? "", /\.$/);
  }
});

test("DescribeConfigs lists all keys for none, and chains only if asked", async () => {
  const endpoint = describeConfigsEndpoint(services());
  const resources = [onTopic(), asked(BROKER, "1"), asked(16, "m"), asked(GROUP, "g")];
  const body = { resources };
  const { results } = await answerOf(DescribeConfigs, endpoint, { version: 4, body });
  const counts = results.map(({ configs }) => configs.length);
  assert.ok((counts[0] ?? 0) > 30 && (counts[1] ?? 0) > 300 && counts[2] === 3);
  assert.ok(results.every(({ configs }) => configs.every(({ synonyms }) => synonyms.length === 0)));
  const session = results[3]?.configs.find(({ name }) => name === "consumer.session.timeout.ms");
  assert.equal([session?.value, session?.configSource], ["46000", 8]);
});

test("DescribeConfigs refuses resources that are not there or not this broker's", async () => {
  const cases: [number, string, string, string][] = [
    [TOPIC, "u", "UNKNOWN_TOPIC_OR_PARTITION", ""],
    [TOPIC, "a b", "INVALID_TOPIC_EXCEPTION", "Topic name is invalid"],
    [BROKER, "7", "INVALID_REQUEST", "expected 1 or empty string, but received 7"],
    [BROKER, "x", "INVALID_REQUEST", "Broker id must be an integer, but it is: x"],
    [LOGGER, "7", "INVALID_REQUEST", "Unexpected broker id, expected 1 but received 7"],
    [LOGGER, "", "INVALID_REQUEST", "Broker id must not be empty"],
    [16, "", "INVALID_REQUEST", "Client metrics subscription name must not be empty"],
    [GROUP, "", "INVALID_REQUEST", "Group name must not be empty"],
    [3, "t", "INVALID_REQUEST", "Unknown resource type 3"],
  ];
  const resources = cases.map(([type, name]) => asked(type, name));
  const endpoint = describeConfigsEndpoint(services());
  const body = { resources };
  const { results } = await answerOf(DescribeConfigs, endpoint, { version: 4, body });
  for (const [i, [, , error, message]] of cases.entries()) {
    assert.is(errorName(results[i]?.errorCode ?? 0), error);
    assert.match(results[i]?.errorMessage ?? "", message);
  }
});

test("DescribeConfigs tells nobody what is not for them", async () => {
  const hooks = denying("DescribeConfigs Topic t", "DescribeConfigs Cluster kafka-cluster");
  const endpoint = describeConfigsEndpoint({ ...services(), hooks });
  const resources = [asked(TOPIC, "t"), asked(BROKER, "1"), asked(GROUP, "g")];
  const body = { resources };
  const { results } = await answerOf(DescribeConfigs, endpoint, { version: 4, body });
  assert.equal(results.map(({ errorCode }) => errorName(errorCode)), [
    "TOPIC_AUTHORIZATION_FAILED",
    "CLUSTER_AUTHORIZATION_FAILED",
    "NONE",
  ]);
});

const set = (name: string, value: string | null, configOperation = 0) => ({
  name,
  value,
  configOperation,
});

test("IncrementalAlterConfigs changes loggers here, and hands everything else on", async () => {
  const reached = services();
  const endpoint = incrementalAlterConfigsEndpoint(reached);
  for (const version of versionsOf(endpoint)) {
    const resources = [
      { resourceType: LOGGER, resourceName: "1", configs: [set("main", "DEBUG")] },
      { resourceType: TOPIC, resourceName: "t", configs: [set("retention.ms", "5")] },
      { resourceType: BROKER, resourceName: "7", configs: [] },
    ];
    const body = { resources, validateOnly: false };
    const { responses } = await answerOf(IncrementalAlterConfigs, endpoint, { version, body });
    const errors = new Map(responses.map((one) => [one.resourceName, errorName(one.errorCode)]));
    assert.equal(Object.fromEntries(errors), { "1": "NONE", t: "NONE", "7": "INVALID_REQUEST" });
    assert.equal(reached.forwarded.splice(0).map(({ resourceName }) => resourceName), ["t"]);
    assert.is(reached.loggers.levelOf("main"), "debug");
  }
  const configs = [set("main", null, 1)];
  const resources = [{ resourceType: LOGGER, resourceName: "1", configs }];
  await answerOf(IncrementalAlterConfigs, endpoint, {
    version: 1,
    body: { resources, validateOnly: false },
  });
  assert.is(reached.loggers.levelOf("main"), "info");
});

test("IncrementalAlterConfigs changes no logger if one of them cannot be", async () => {
  const cases: [ReturnType<typeof set>, RegExp][] = [
    [set("main", "LOUD"), /Cannot set the log level of main to LOUD .* DEBUG, ERROR, FATAL, INFO/],
    [set("nobody", "DEBUG"), /Logger nobody does not exist!/],
    [set("main", "DEBUG", 2), /APPEND operation is not allowed for the BROKER_LOGGER resource/],
    [set("root", null, 1), /Removing the log level of the root logger is not allowed/],
    [set("main", null), /Null value not supported for : main/],
  ];
  const reached = services();
  const endpoint = incrementalAlterConfigsEndpoint(reached);
  for (const [change, message] of cases) {
    const first = change.name === "root" ? "main" : "root";
    const configs = [set(first, "TRACE"), change];
    const resources = [{ resourceType: LOGGER, resourceName: "1", configs }];
    const body = { resources, validateOnly: false };
    const { responses } = await answerOf(IncrementalAlterConfigs, endpoint, { version: 1, body });
    assert.match(responses[0]?.errorMessage ?? "", message);
    assert.is(reached.loggers.levelOf("main"), "info");
  }
});

test("AlterConfigs refuses what is named twice, and hands on the rest", async () => {
  const reached = services();
  const endpoint = alterConfigsEndpoint(reached);
  for (const version of versionsOf(endpoint)) {
    const resources = ["t", "u", "t"].map((resourceName) => ({
      resourceType: TOPIC,
      resourceName,
      configs: [],
    }));
    const body = { resources, validateOnly: false };
    const { responses } = await answerOf(AlterConfigs, endpoint, { version, body });
    assert.equal(responses.map(({ errorCode }) => errorName(errorCode)), [
      "INVALID_REQUEST",
      "INVALID_REQUEST",
      "NONE",
    ]);
    assert.equal(reached.forwarded.splice(0).map(({ resourceName }) => resourceName), ["u"]);
  }
});

test("ListConfigResources lists what has a configuration, by kind", async () => {
  const endpoint = listConfigResourcesEndpoint(services());
  const list = async (resourceTypes: number[]) => {
    const body = { resourceTypes };
    return await answerOf(ListConfigResources, endpoint, { version: 1, body });
  };
  const { configResources } = await list([]);
  assert.equal(configResources.map((one) => [one.resourceType, one.resourceName]), [
    [TOPIC, "t"],
    [BROKER, "1"],
    [GROUP, "g"],
    [LOGGER, "1"],
  ]);
  assert.equal((await list([GROUP])).configResources.length, 1);
  assert.is(errorName((await list([99])).errorCode), "UNSUPPORTED_VERSION");
  const old = await answerOf(ListConfigResources, endpoint, { version: 0, body: {} });
  assert.equal(old.configResources, []);
});

test.run();
