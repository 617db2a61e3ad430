// DescribeConfigs as every node answers it, broker or controller: what counts for a topic, the node
// itself, all brokers, the node's loggers, a group or a subscription of client metrics. Who may
// ask, the caller knows.

import type { NodeId } from "@odradek/base";
import { type ErrorName, errors } from "@odradek/protocol/errors";
import type {
  DescribeConfigsRequest,
  DescribeConfigsResponse,
} from "@odradek/protocol/messages/describe_configs";
import { Refusal } from "@odradek/protocol/refusal";
import { type ClusterImage, CONFIG_RESOURCE, configKey } from "../../image.ts";
import { problemOfTopicName } from "../../topic_names.ts";
import { describeLoggers, LOGGER_RESOURCE, type Loggers } from "../altering/logger_settings.ts";
import {
  describeBroker,
  describeClientMetrics,
  describeCluster,
  type DescribedConfig,
  describeGroup,
  describeTopic,
} from "../describe.ts";
import type { ResolvedConfig } from "../resolved_config.ts";

type Asked = DescribeConfigsRequest["resources"][number];
type Answered = DescribeConfigsResponse["results"][number];

export interface DescribingNode {
  readonly nodeId: NodeId;
  readonly image: ClusterImage;
  /** What counts for the node at the moment. */
  readonly config: ResolvedConfig;
  readonly loggers: Loggers;
  readonly isAllowed: (type: "Topic" | "Group" | "Cluster", name: string) => boolean;
}

export function describeResources(
  request: DescribeConfigsRequest,
  node: DescribingNode,
): Answered[] {
  return request.resources.map((asked) => {
    try {
      return described(asked, request, node);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return undescribed(asked, error);
    }
  });
}

export function undescribed(
  { resourceType, resourceName }: Asked,
  { code, message }: Refusal,
): Answered {
  return { errorCode: code, errorMessage: message, resourceType, resourceName, configs: [] };
}

function described(
  asked: Asked,
  { includeSynonyms, includeDocumentation }: DescribeConfigsRequest,
  node: DescribingNode,
): Answered {
  const { resourceType, resourceName, configurationKeys } = asked;
  const [type, error] = guarded(resourceType);
  if (!node.isAllowed(type, resourceName)) throw new Refusal(error);
  const isAsked = isWanted(configurationKeys);
  const configs = describe(node, asked).filter(({ name }) => isAsked(name)).map((one) => ({
    name: one.name,
    value: one.value,
    readOnly: one.readOnly,
    configSource: one.source,
    isSensitive: one.sensitive,
    synonyms: includeSynonyms ? [...one.synonyms] : [],
    configType: one.type,
    documentation: includeDocumentation ? one.documentation : null,
  }));
  return { errorCode: errors.NONE.code, errorMessage: "", resourceType, resourceName, configs };
}

/** No keys are all of them, as null is. */
function isWanted(keys: readonly string[] | null): (name: string) => boolean {
  if (keys === null || keys.length === 0) return () => true;
  const wanted = new Set(keys);
  return (name) => wanted.has(name);
}

function guarded(type: number): ["Topic" | "Group" | "Cluster", ErrorName] {
  switch (type) {
    case CONFIG_RESOURCE.topic:
      return ["Topic", "TOPIC_AUTHORIZATION_FAILED"];
    case CONFIG_RESOURCE.group:
      return ["Group", "GROUP_AUTHORIZATION_FAILED"];
    default:
      return ["Cluster", "CLUSTER_AUTHORIZATION_FAILED"];
  }
}

function describe(
  { image, config, nodeId, loggers }: DescribingNode,
  { resourceType, resourceName: name }: Asked,
): DescribedConfig[] {
  const overrides = image.configs.get(configKey(resourceType, name)) ?? new Map<string, string>();
  switch (resourceType) {
    case CONFIG_RESOURCE.topic:
      checkTopic(image, name);
      return describeTopic(overrides, config);
    case CONFIG_RESOURCE.broker:
      if (name === "") return describeCluster(config);
      checkNode(name, nodeId, ", expected {} or empty string, but received ");
      return describeBroker(config);
    case LOGGER_RESOURCE:
      if (name === "") throw invalid("Broker id must not be empty");
      checkNode(name, nodeId, ", expected {} but received ");
      return describeLoggers(loggers);
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

/** Only a node knows what counts for it. `unexpected`: how Kafka goes on, its own id at {}. */
function checkNode(name: string, nodeId: NodeId, unexpected: string): void {
  if (name === String(nodeId)) return;
  if (!/^-?\d+$/.test(name)) throw invalid(`Broker id must be an integer, but it is: ${name}`);
  throw invalid(`Unexpected broker id${unexpected.replace("{}", String(nodeId))}${name}`);
}

function invalid(message: string): Refusal {
  return new Refusal("INVALID_REQUEST", message);
}
