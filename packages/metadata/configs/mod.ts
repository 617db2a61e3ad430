// Configuration: every key of brokers, topics and groups as typed tables, and the pure reading of a
// node's configuration from properties, environment and command line.

export * from "./altering/alterations.ts";
export * from "./altering/broker_settings.ts";
export * from "./altering/client_metrics_settings.ts";
export * from "./altering/group_settings.ts";
export * from "./altering/logger_settings.ts";
export * from "./altering/resources.ts";
export * from "./catalogue.ts";
export {
  type ConfigDefinition,
  type ConfigType,
  type ConfigValue,
  type Importance,
  NO_LIMIT,
  type Scope,
} from "./definition.ts";
export * from "./describe.ts";
export * from "./describing/describe_resources.ts";
export * from "./live_config.ts";
export * from "./node/connection_limits.ts";
export * from "./node/endpoints.ts";
export type { Listener, SecurityProtocol } from "./node/listeners.ts";
export type { FsyncPolicy, Logging, LogLevel, MetricsListener } from "./node/own_settings.ts";
export type { QuorumConfig } from "./node/quorum.ts";
export type { Roles } from "./node/roles.ts";
export * from "./node_config.ts";
export { allowed, parseConfig, type ParsedConfig, textOf } from "./parse.ts";
export { referencePage } from "./reference.ts";
export * from "./resolved_config.ts";
export * from "./topic_config.ts";
