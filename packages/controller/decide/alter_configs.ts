// Configurations are altered, key by key or as whole sets. Each resource is judged for itself: one
// bad key leaves all of it as it was, and the others go on.

import type { NodeId } from "@odradek/base";
import {
  type ClusterImage,
  CONFIG_RESOURCE,
  configKey,
  problemOfTopicName,
} from "@odradek/metadata";
import {
  altered,
  brokerDefinition,
  checkBrokerSettings,
  checkClientMetricsSettings,
  checkGroupSettings,
  clientMetricsDefinition,
  type ConfigDefinition,
  groupDefinition,
  inheritedOfGroup,
  inheritedOfTopic,
  readAlterations,
  readReplacement,
  repeatedAmong,
  type RequestedAlteration,
  type ResolvedConfig,
  textOf,
  topicDefinition,
  validateTopicConfigs,
} from "@odradek/metadata/configs/mod";
import { errors } from "@odradek/protocol/errors";
import type {
  IncrementalAlterConfigsResponse,
} from "@odradek/protocol/messages/incremental_alter_configs";
import { Refusal } from "@odradek/protocol/refusal";
import type { MetadataRecordDraft } from "@odradek/protocol/schemas/metadata/mod";
import { BATCH_RECORDS_MAX, type Circumstances, type Decision } from "./decision.ts";
import { keepsEligible } from "./election_rules.ts";
import { IN_SYNC_MIN } from "./in_sync_default.ts";

export type AlterConfigsReply = IncrementalAlterConfigsResponse["responses"][number];

interface Resource {
  readonly resourceType: number;
  readonly resourceName: string;
}

/** Alterations have operations; without them the configs are a whole new set. */
export interface AlteredResource extends Resource {
  readonly configs: readonly (
    & Pick<RequestedAlteration, "name" | "value">
    & Partial<RequestedAlteration>
  )[];
}

export interface AlterConfigsCommand {
  readonly resources: readonly AlteredResource[];
  /** What is not named goes. */
  readonly isReplacement: boolean;
  readonly validateOnly: boolean;
  /** Why the requester may not alter a resource. */
  readonly refusalOf: (resource: Resource) => Refusal | undefined;
}

type ConfigRecordDraft = Extract<MetadataRecordDraft, { readonly type: "ConfigRecord" }>;

export function decideAlterConfigs(
  next: ClusterImage,
  command: AlterConfigsCommand,
  { config }: Circumstances,
): Decision<readonly AlterConfigsReply[]> {
  const records: MetadataRecordDraft[] = [];
  const isRepeated = repeatedAmong(command.resources);
  const reply = command.resources.map((resource): AlterConfigsReply => {
    try {
      const refusal = command.refusalOf(resource);
      if (refusal !== undefined) throw refusal;
      if (isRepeated(resource)) {
        throw new Refusal("INVALID_REQUEST", "Each resource must appear at most once.");
      }
      const altered = alterOne(next, resource, { command, config });
      const made = keepsEligible(next) ? [...altered, ...inSyncMinChanged(altered)] : altered;
      if (!command.validateOnly) records.push(...made);
      return outcome(resource, errors.NONE.code, null);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return outcome(resource, error.code, error.message);
    }
  });
  if (records.length > BATCH_RECORDS_MAX) {
    throw new Refusal("POLICY_VIOLATION", "Unable to perform excessively large batch operation.");
  }
  return { records, reply };
}

export function refusedResource(resource: Resource, { code, message }: Refusal): AlterConfigsReply {
  return outcome(resource, code, message);
}

function outcome({ resourceType, resourceName }: Resource, errorCode: number, text: string | null) {
  return { errorCode, errorMessage: text, resourceType, resourceName };
}

interface Altering {
  readonly command: AlterConfigsCommand;
  readonly config: ResolvedConfig;
}

function alterOne(
  image: ClusterImage,
  resource: AlteredResource,
  { command, config }: Altering,
): ConfigRecordDraft[] {
  const { resourceType, resourceName } = resource;
  const rules = rulesOf(resourceType, config);
  const present = image.configs.get(configKey(resourceType, resourceName)) ?? new Map();
  const settings = command.isReplacement
    ? readReplacement(resource.configs)
    : altered(readAlterations(resource.configs as readonly RequestedAlteration[]), {
      ...rules,
      present,
    });
  rules.checkName(resourceName, image);
  rules.check(settings, resourceName);
  return recordsBetween(resource, present, settings);
}

function recordsBetween(
  { resourceType, resourceName }: Resource,
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): ConfigRecordDraft[] {
  const gone = [...before.keys()].filter((name) => !after.has(name))
    .map((name) => [name, null] as const);
  const set = [...after].filter(([name, value]) => before.get(name) !== value);
  return [...gone, ...set].map(([name, value]) => ({
    type: "ConfigRecord",
    resourceType,
    resourceName,
    name,
    value,
  }));
}

/**
 * Who is eligible to lead was reckoned by the minimum of in-sync replicas: with another one nobody
 * is (KIP-966). For the same reason it is one for all brokers, and set. Refuses.
 */
function inSyncMinChanged(records: readonly ConfigRecordDraft[]): MetadataRecordDraft[] {
  const record = records.find(({ name }) => name === IN_SYNC_MIN);
  if (record === undefined) return [];
  const { resourceType, resourceName, value } = record;
  if (resourceType === CONFIG_RESOURCE.topic) {
    return [{ type: "ClearElrRecord", topicName: resourceName }];
  }
  if (resourceType === CONFIG_RESOURCE.broker && resourceName !== "") {
    const why = "Broker-level min.insync.replicas cannot be altered while ELR is enabled.";
    throw new Refusal("INVALID_CONFIG", why);
  }
  if (resourceType === CONFIG_RESOURCE.broker && value === null) {
    const why = "Cluster-level min.insync.replicas cannot be removed while ELR is enabled.";
    throw new Refusal("INVALID_CONFIG", why);
  }
  return [{ type: "ClearElrRecord", topicName: "" }];
}

/** What holds for one kind of resource. */
interface Rules {
  readonly definitionOf: (name: string) => ConfigDefinition | undefined;
  readonly inherited: (name: string) => string | null;
  readonly checkName: (name: string, image: ClusterImage) => void;
  readonly check: (settings: ReadonlyMap<string, string>, resourceName: string) => void;
}

function rulesOf(type: number, config: ResolvedConfig): Rules {
  switch (type) {
    case CONFIG_RESOURCE.topic:
      return {
        definitionOf: topicDefinition,
        inherited: (name) => inheritedOfTopic(name, config),
        checkName: checkTopic,
        check: (settings) => {
          const refused = validateTopicConfigs(settings, config);
          if (refused !== undefined) throw new Refusal(refused.error, refused.message);
        },
      };
    case CONFIG_RESOURCE.broker:
      return {
        definitionOf: brokerDefinition,
        inherited: (name) => config.read(name).text,
        checkName: checkBroker,
        check: (settings, name) => checkBrokerSettings(settings, { isForAll: name === "" }),
      };
    case CONFIG_RESOURCE.clientMetrics:
      return {
        definitionOf: clientMetricsDefinition,
        inherited: (name) => {
          const definition = clientMetricsDefinition(name);
          return definition ? textOf(definition.type, definition.default) : null;
        },
        checkName: (name) => refuseEmpty(name, "Subscription name can't be empty"),
        check: checkClientMetricsSettings,
      };
    case CONFIG_RESOURCE.group:
      return {
        definitionOf: groupDefinition,
        inherited: (name) => inheritedOfGroup(name, config),
        checkName: (name) => refuseEmpty(name, "Default group resources are not allowed."),
        check: (settings) => checkGroupSettings(settings, config),
      };
    default:
      throw new Refusal("INVALID_REQUEST", `Unknown resource type ${type}`);
  }
}

function checkTopic(name: string, image: ClusterImage): void {
  refuseEmpty(name, "Default topic resources are not allowed.");
  const problem = problemOfTopicName(name);
  if (problem !== undefined) {
    throw new Refusal("INVALID_TOPIC_EXCEPTION", `Topic name is invalid: ${problem}`);
  }
  if (image.topicIds.has(name)) return;
  throw new Refusal("UNKNOWN_TOPIC_OR_PARTITION", `The topic '${name}' does not exist.`);
}

function checkBroker(name: string, image: ClusterImage): void {
  if (name === "") return;
  if (!/^-?\d+$/.test(name)) {
    throw new Refusal("INVALID_REQUEST", "Unable to parse broker name as a base 10 number.");
  }
  if (image.brokers.has(Number(name) as NodeId)) return;
  throw new Refusal("BROKER_ID_NOT_REGISTERED", `No broker with id ${name} found.`);
}

function refuseEmpty(name: string, message: string): void {
  if (name === "") throw new Refusal("INVALID_REQUEST", message);
}
