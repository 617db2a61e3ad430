// Merges the sources of a node's configuration and judges every setting: refused, not built yet,
// known, accepted and ignored, or unknown. What the values mean together is node_config.ts's
// business.

import { Fault } from "@odradek/base";
import { BROKER_CONFIGS, brokerDefinition, TOPIC_CONFIGS, withoutListener } from "./catalogue.ts";
import { isIgnored, REFUSED } from "./ignored.ts";
import { nearest } from "./nearest.ts";
import { unbuilt, type UnbuiltKey } from "./not_built_yet.ts";
import { allowed, HIDDEN, parseConfig } from "./parse.ts";
import { ResolvedConfig } from "./resolved_config.ts";
import type { Setting } from "./sources/setting.ts";

export interface Resolution {
  readonly config: ResolvedConfig;
  /** One line each, worth telling once. */
  readonly warnings: readonly string[];
  /** One line each, for the log at debug. */
  readonly notes: readonly string[];
}

/**
 * Merges the sources, weakest first. Throws Fault "configuration" with one line that names key,
 * value, where it came from and what to do.
 */
export function resolveConfig(sources: readonly (readonly Setting[])[]): Resolution {
  const settings = withAliases(merged(sources));
  const warnings: string[] = [];
  const notes: string[] = [];
  for (const [name, setting] of settings) {
    refuseWhatIsNot(setting);
    if (isIgnored(name)) {
      notes.push(`${name} (${setting.origin}) is accepted and has no effect`);
    } else if (brokerDefinition(name) === undefined) {
      warnings.push(unknown(setting));
    } else {
      refuseBadValue(setting);
    }
  }
  return { config: new ResolvedConfig(settings), warnings, notes };
}

/** By key; what comes later counts. */
export function merged(sources: readonly (readonly Setting[])[]): Map<string, Setting> {
  return new Map(sources.flat().map((setting) => [setting.name, setting]));
}

/** A setting as messages name it: `num.partitions="0" (server.properties line 4)`. */
export function named(setting: Setting): string {
  const definition = brokerDefinition(setting.name);
  const hidden = definition?.sensitive ?? /(password|secret|key|jaas\.config)$/.test(setting.name);
  return `${setting.name}="${hidden ? HIDDEN : setting.text.trim()}" (${setting.origin})`;
}

/** Each of node.id and broker.id stands for both (KIP-631). */
function withAliases(settings: Map<string, Setting>): Map<string, Setting> {
  const node = settings.get("node.id");
  const broker = settings.get("broker.id");
  if (node && broker && node.text.trim() !== broker.text.trim()) {
    const what = `${named(node)} beside ${named(broker)}`;
    throw new Fault("configuration", `Cannot use ${what}: they must be equal; remove broker.id`);
  }
  if (node && !broker) settings.set("broker.id", { ...node, name: "broker.id" });
  if (broker && !node) settings.set("node.id", { ...broker, name: "node.id" });
  return settings;
}

function refuseWhatIsNot(setting: Setting): void {
  const { name, text } = setting;
  const never = REFUSED.find((row) => row.name === name && row.refuses(text));
  if (never !== undefined) refuse(setting, `${never.reason}; ${never.remedy}`);
  const later = unbuilt(withoutListener(name), text);
  if (later !== undefined) refuseUnbuilt(setting, later);
}

function refuseUnbuilt(setting: Setting, { part, remedy }: UnbuiltKey): never {
  refuse(setting, `it turns on ${part}, and that is not built yet; ${remedy}`);
}

function refuseBadValue(setting: Setting): void {
  const definition = brokerDefinition(setting.name);
  if (definition === undefined || parseConfig(definition, setting.text).ok) return;
  refuse(setting, `allowed is ${allowed(definition)}`);
}

function refuse(setting: Setting, why: string): never {
  throw new Fault("configuration", `Cannot use ${named(setting)}: ${why}`);
}

function unknown({ name, origin }: Setting): string {
  const what = `Unknown key ${name} (${origin}) has no effect`;
  const topic = Object.entries(TOPIC_CONFIGS).find(([key]) => key === name)?.[1].broker;
  if (topic !== undefined) {
    return `${what}: it is a key of topics, whose default for all topics is ${topic}`;
  }
  const meant = nearest(name, Object.keys(BROKER_CONFIGS));
  return meant === undefined ? what : `${what}; did you mean ${meant}?`;
}
