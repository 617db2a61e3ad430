// The loggers of a broker as resources of configuration (KIP-412): levels that last until the node
// stops. Nothing of them is in the metadata.

import type { NodeId } from "@odradek/base";
import { readAlterations, type RequestedAlteration } from "@odradek/metadata/configs/mod";
import {
  LOG_LEVEL_NAMES,
  type LogLevelName,
  type LogLevels,
  ROOT_LOGGER,
} from "@odradek/network";
import { Refusal } from "@odradek/protocol/refusal";

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
const LEVELS = LOG_LEVEL_NAMES.filter((name) => name !== "off").map((name) => name.toUpperCase());

export function levelText(level: LogLevelName): string {
  return level.toUpperCase();
}

/** Changes all or, if one cannot be, none. Throws Refusal. */
export function alterLoggers(
  loggers: LogLevels,
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
    if (operation === "delete" && name === ROOT_LOGGER) {
      const why = "Removing the log level of the root logger is not allowed";
      throw new Refusal("INVALID_REQUEST", why);
    }
    if (!loggers.has(name)) throw new Refusal("INVALID_CONFIG", `Logger ${name} does not exist!`);
    if (operation === "set") checkLevel(name, value ?? "");
  }
  if (validateOnly) return;
  for (const { name, value } of alterations) {
    loggers.set(name, LOG_LEVEL_NAMES.find((level) => level === value?.toLowerCase()));
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
