// DescribeConfigs: what counts for a topic, a broker, all brokers, a broker's loggers, a group or a
// subscription of client metrics, and where it comes from.

import {
  type ClusterImage,
  CONFIG_RESOURCE,
  configKey,
  problemOfTopicName,
} from "@odradek/metadata";
import {
  CONFIG_SOURCES,
  describeBroker,
  describeClientMetrics,
  describeCluster,
  type DescribedConfig,
  describeGroup,
  describeTopic,
} from "@odradek/metadata/configs/mod";
import {
  CLUSTER,
  type Endpoint,
  endpoint,
  type RequestContext,
  type Resource,
} from "@odradek/network";
import { type ErrorName, errors } from "@odradek/protocol/errors";
import {
  DescribeConfigs,
  type DescribeConfigsRequest,
  type DescribeConfigsResponse,
} from "@odradek/protocol/messages/describe_configs";
import { Refusal } from "@odradek/protocol/refusal";
import { levelText } from "./broker_loggers.ts";
import type { Services } from "./services.ts";

type Reached = Pick<Services, "image" | "hooks" | "config" | "nodeId" | "loggers">;
type Asked = DescribeConfigsRequest["resources"][number];
type Answered = DescribeConfigsResponse["results"][number];

/** Beside those that are kept in the metadata. */
const BROKER_LOGGER = 8;

export function describeConfigsEndpoint(services: Reached): Endpoint {
  return endpoint(DescribeConfigs, {
    handle: (request, context) => ({
      results: request.resources.map((asked) => answerOne(services, asked, { request, context })),
    }),
    refuse: ({ resources }, refusal) => ({
      results: resources.map((asked) => refused(asked, refusal)),
    }),
  });
}

function answerOne(
  services: Reached,
  asked: Asked,
  { request, context }: {
    readonly request: DescribeConfigsRequest;
    readonly context: RequestContext;
  },
): Answered {
  const { resourceType, resourceName, configurationKeys } = asked;
  try {
    authorize(services, asked, context);
    const described = describe(services, asked);
    const isAsked = isWanted(configurationKeys);
    const configs = described.filter(({ name }) => isAsked(name)).map((one) => ({
      name: one.name,
      value: one.value,
      readOnly: one.readOnly,
      configSource: one.source,
      isSensitive: one.sensitive,
      synonyms: request.includeSynonyms ? [...one.synonyms] : [],
      configType: one.type,
      documentation: request.includeDocumentation ? one.documentation : null,
    }));
    return { errorCode: errors.NONE.code, errorMessage: "", resourceType, resourceName, configs };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return refused(asked, error);
  }
}

/** No keys are all of them, as null is. */
function isWanted(keys: readonly string[] | null): (name: string) => boolean {
  if (keys === null || keys.length === 0) return () => true;
  const wanted = new Set(keys);
  return (name) => wanted.has(name);
}

function refused({ resourceType, resourceName }: Asked, { code, message }: Refusal): Answered {
  return { errorCode: code, errorMessage: message, resourceType, resourceName, configs: [] };
}

function authorize(
  { hooks }: Reached,
  { resourceType, resourceName: name }: Asked,
  context: RequestContext,
): void {
  const [resource, error] = guarded(resourceType, name);
  if (!hooks.authorize(context, "DescribeConfigs", resource)) throw new Refusal(error);
}

function guarded(type: number, name: string): [Resource, ErrorName] {
  switch (type) {
    case CONFIG_RESOURCE.topic:
      return [{ type: "Topic", name }, "TOPIC_AUTHORIZATION_FAILED"];
    case CONFIG_RESOURCE.group:
      return [{ type: "Group", name }, "GROUP_AUTHORIZATION_FAILED"];
    default:
      return [CLUSTER, "CLUSTER_AUTHORIZATION_FAILED"];
  }
}

function describe(services: Reached, { resourceType, resourceName: name }: Asked) {
  const { config, nodeId } = services;
  const image = services.image();
  const overrides = image.configs.get(configKey(resourceType, name)) ?? new Map<string, string>();
  switch (resourceType) {
    case CONFIG_RESOURCE.topic:
      checkTopic(image, name);
      return describeTopic(overrides, config);
    case CONFIG_RESOURCE.broker:
      if (name === "") return describeCluster(config);
      checkBroker(name, nodeId, ", expected {} or empty string, but received ");
      return describeBroker(config);
    case BROKER_LOGGER:
      if (name === "") throw invalid("Broker id must not be empty");
      checkBroker(name, nodeId, ", expected {} but received ");
      return describeLoggers(services);
    case CONFIG_RESOURCE.clientMetrics:
      if (name === "") throw invalid("Client metrics subscription name must not be empty");
      return describeClientMetrics(overrides);
    case CONFIG_RESOURCE.group:
      if (name === "") throw invalid("Group name must not be empty");
      return describeGroup(overrides, config);
    default:
      throw invalid(`Unknown resource type ${resourceType}`);
  }
}

function checkTopic(image: ClusterImage, name: string): void {
  const problem = problemOfTopicName(name);
  if (problem !== undefined) {
    throw new Refusal("INVALID_TOPIC_EXCEPTION", `Topic name is invalid: ${problem}`);
  }
  if (!image.topicIds.has(name)) throw new Refusal("UNKNOWN_TOPIC_OR_PARTITION");
}

/** Only a broker knows what counts for it. `unexpected`: how Kafka goes on, its own id at {}. */
function checkBroker(name: string, nodeId: number, unexpected: string): void {
  if (name === String(nodeId)) return;
  if (!/^-?\d+$/.test(name)) throw invalid(`Broker id must be an integer, but it is: ${name}`);
  throw invalid(`Unexpected broker id${unexpected.replace("{}", String(nodeId))}${name}`);
}

function describeLoggers({ loggers }: Reached): DescribedConfig[] {
  return loggers.state.names.map((name) => ({
    name,
    value: levelText(loggers.levelOf(name)),
    readOnly: false,
    source: CONFIG_SOURCES.brokerLogger,
    sensitive: false,
    synonyms: [],
    type: 0,
    documentation: "",
  }));
}

function invalid(message: string): Refusal {
  return new Refusal("INVALID_REQUEST", message);
}
