// The loggers of a node as resources of configuration (KIP-412): levels that last until the node
// stops. Nothing of them is in the metadata; brokers and controllers tell and change their own.

import type { NodeId } from "@odradek/base";
import { Refusal } from "@odradek/protocol/refusal";
import { CONFIG_SOURCES, type DescribedConfig } from "../describe.ts";
import { LOG_LEVELS, type LogLevel } from "../node/own_settings.ts";
import { readAlterations, type RequestedAlteration } from "./alterations.ts";

/** Their type beside those of resources that are kept in the metadata. */
export const LOGGER_RESOURCE = 8;

/** The one whose level counts for those that have none. */
const ROOT = "root";

export interface Loggers {
  readonly names: readonly string[];
  levelOf(name: string): LogLevel;
  /** Undefined: that of all counts again. */
  set(name: string, level: LogLevel | undefined): void;
}

export interface AlteredLoggers {
  /** Of the node, as it was asked for. */
  readonly resourceName: string;
  readonly configs: readonly RequestedAlteration[];
}

export interface AlterLoggersOptions {
  readonly nodeId: NodeId;
  readonly validateOnly: boolean;
}

/** As people write them here; "off" is for the start of a node alone. */
const LEVELS = LOG_LEVELS.filter((name) => name !== "off").map((name) => name.toUpperCase());

export function describeLoggers(loggers: Loggers): DescribedConfig[] {
  return loggers.names.map((name) => ({
    name,
    value: loggers.levelOf(name).toUpperCase(),
    readOnly: false,
    source: CONFIG_SOURCES.brokerLogger,
    sensitive: false,
    synonyms: [],
    type: 0,
    documentation: "",
  }));
}

/** Changes all or, if one cannot be, none. Throws Refusal. */
export function alterLoggers(
  loggers: Loggers,
  { resourceName, configs }: AlteredLoggers,
  { nodeId, validateOnly }: AlterLoggersOptions,
): void {
  checkNode(resourceName, nodeId);
  const alterations = readAlterations(configs);
  for (const { name, operation, value } of alterations) {
    if (operation === "append" || operation === "subtract") {
      const what = `${operation.toUpperCase()} operation`;
      const why = `${what} is not allowed for the BROKER_LOGGER resource`;
      throw new Refusal("INVALID_REQUEST", why);
    }
    if (operation === "delete" && name === ROOT) {
      const why = "Removing the log level of the root logger is not allowed";
      throw new Refusal("INVALID_REQUEST", why);
    }
    if (!loggers.names.includes(name)) {
      throw new Refusal("INVALID_CONFIG", `Logger ${name} does not exist!`);
    }
    if (operation === "set") checkLevel(name, value ?? "");
  }
  if (validateOnly) return;
  for (const { name, value } of alterations) {
    loggers.set(name, LOG_LEVELS.find((level) => level === value?.toLowerCase()));
  }
}

function checkNode(name: string, nodeId: NodeId): void {
  if (name === String(nodeId)) return;
  const why = /^-?\d+$/.test(name)
    ? `Unexpected node id. Expected ${nodeId}, but received ${name}`
    : `Node id must be an integer, but it is: ${name}`;
  throw new Refusal("INVALID_REQUEST", why);
}

function checkLevel(name: string, level: string): void {
  if (LEVELS.includes(level)) return;
  const why = `Cannot set the log level of ${name} to ${level} as it is not a supported log level.`;
  const valid = `Valid log levels are ${LEVELS.toSorted().join(", ")}`;
  throw new Refusal("INVALID_CONFIG", `${why} ${valid}`);
}
