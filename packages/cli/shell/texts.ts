// What Kafka's shell shows of a broker, a controller, a partition, an ACL: its classes' texts.

import type { Uuid } from "@odradek/base";
import type {
  BrokerImage,
  ControllerImage,
  EndpointImage,
  PartitionImage,
  SupportedRange,
} from "@odradek/metadata";
import type {
  AccessControlEntryRecord,
  DelegationTokenRecord,
  UserScramCredentialRecord,
} from "@odradek/protocol/schemas/metadata/mod";

const SECURITY_PROTOCOLS = ["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"];
const RESOURCE_TYPES =
  "UNKNOWN ANY TOPIC GROUP CLUSTER TRANSACTIONAL_ID DELEGATION_TOKEN USER".split(" ");
const PATTERN_TYPES = "UNKNOWN ANY MATCH LITERAL PREFIXED".split(" ");
const OPERATIONS = ("UNKNOWN ANY ALL READ WRITE CREATE DELETE ALTER DESCRIBE CLUSTER_ACTION " +
  "DESCRIBE_CONFIGS ALTER_CONFIGS IDEMPOTENT_WRITE CREATE_TOKENS DESCRIBE_TOKENS TWO_PHASE_COMMIT")
  .split(" ");
const PERMISSIONS = "UNKNOWN ANY DENY ALLOW".split(" ");

export function brokerText(broker: BrokerImage): string {
  const { rack, directories, cordonedDirectories } = broker;
  return object("BrokerRegistration", [
    ["id", broker.id],
    ["epoch", broker.epoch],
    ["incarnationId", broker.incarnationId],
    ["listeners", endpointsText(broker.endpoints)],
    ["supportedFeatures", featuresText(broker.features)],
    ["rack", rack === null ? "Optional.empty" : `Optional[${rack}]`],
    ["fenced", broker.isFenced],
    ["inControlledShutdown", broker.isInControlledShutdown],
    ["isMigratingZkBroker", false],
    ["directories", list(directories)],
    ["cordonedDirectories", list(cordonedDirectories ?? [])],
  ]);
}

export function controllerText(controller: ControllerImage): string {
  return object("ControllerRegistration", [
    ["id", controller.id],
    ["incarnationId", controller.incarnationId],
    ["zkMigrationReady", false],
    ["listeners", endpointsText(controller.endpoints)],
    ["supportedFeatures", featuresText(controller.features)],
  ]);
}

export function partitionText(partition: PartitionImage): string {
  return object("PartitionRegistration", [
    ["replicas", list(partition.replicas)],
    ["directories", list(partition.directories)],
    ["isr", list(partition.isr)],
    ["removingReplicas", list(partition.removing)],
    ["addingReplicas", list(partition.adding)],
    ["elr", list(partition.eligibleLeaderReplicas)],
    ["lastKnownElr", list(partition.lastKnownElr)],
    ["leader", partition.leader],
    ["leaderRecoveryState", partition.isRecovering ? "RECOVERING" : "RECOVERED"],
    ["leaderEpoch", partition.leaderEpoch],
    ["partitionEpoch", partition.partitionEpoch],
  ]);
}

export function aclText(acl: AccessControlEntryRecord): string {
  return object("StandardAcl", [
    ["resourceType", RESOURCE_TYPES[acl.resourceType] ?? "UNKNOWN"],
    ["resourceName", acl.resourceName],
    ["patternType", PATTERN_TYPES[acl.patternType] ?? "UNKNOWN"],
    ["principal", acl.principal],
    ["host", acl.host],
    ["operation", OPERATIONS[acl.operation] ?? "UNKNOWN"],
    ["permissionType", PERMISSIONS[acl.permissionType] ?? "UNKNOWN"],
  ]);
}

export function credentialText(credential: UserScramCredentialRecord): string {
  return object("ScramCredentialData", [
    ["salt", credential.salt.toHex()],
    ["storedKey", credential.storedKey.toHex()],
    ["serverKey", credential.serverKey.toHex()],
    ["iterations", credential.iterations],
  ]);
}

/** Ours: of a token Kafka's shell tells what identifies it in other words. */
export function tokenText(token: DelegationTokenRecord): string {
  return object("DelegationToken", [
    ["owner", token.owner],
    ["requester", token.requester],
    ["renewers", list(token.renewers)],
    ["issueTimestamp", token.issueTimestamp],
    ["expirationTimestamp", token.expirationTimestamp],
    ["maxTimestamp", token.maxTimestamp],
  ]);
}

/** As Java shows a time: no more digits of the second than it has. */
export function timeText(ms: number): string {
  return new Date(ms).toISOString().replace(/\.?0*Z$/, "") + "Z[UTC]";
}

type Field = readonly [name: string, value: string | number | bigint | boolean];

function object(name: string, fields: readonly Field[]): string {
  return `${name}(${fields.map(([field, value]) => `${field}=${value}`).join(", ")})`;
}

function list(values: readonly (string | number | Uuid)[]): string {
  return `[${values.join(", ")}]`;
}

function endpointsText(endpoints: readonly EndpointImage[]): string {
  return list(endpoints.map(({ name, securityProtocol, host, port }) =>
    object("Endpoint", [
      ["listenerName", `'${name}'`],
      ["securityProtocol", SECURITY_PROTOCOLS[securityProtocol] ?? `${securityProtocol}`],
      ["host", `'${host}'`],
      ["port", port],
    ])
  ));
}

function featuresText(features: ReadonlyMap<string, SupportedRange>): string {
  const ranges = [...features].map(([name, { min, max }]) => `${name}: ${min}-${max}`);
  return `{${ranges.sort().join(", ")}}`;
}
