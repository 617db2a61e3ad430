// Which settings a group may be given: within the bounds of its broker.

import { Refusal } from "@odradek/protocol/refusal";
import { groupDefinition, type GroupConfigName } from "../catalogue.ts";
import { parseConfig, textOf } from "../parse.ts";
import type { ResolvedConfig } from "../resolved_config.ts";

/** A key of groups, and those of brokers that bound it. */
interface Bounds {
  readonly name: GroupConfigName;
  readonly min?: string;
  readonly max?: string;
}

const KINDS = ["consumer", "share", "streams"] as const;

const BOUNDS: readonly Bounds[] = [
  ...KINDS.flatMap((kind) => [
    bounds(kind, "session.timeout.ms"),
    bounds(kind, "heartbeat.interval.ms"),
    bounds(kind, "assignment.interval.ms"),
  ]),
  bounds("share", "record.lock.duration.ms"),
  bounds("share", "delivery.count.limit"),
  bounds("share", "partition.max.record.locks"),
  { name: "streams.num.standby.replicas", max: "group.streams.max.standby.replicas" },
];

/** Refuses with INVALID_CONFIG: unknown keys, values that cannot be read, what is out of bounds. */
export function checkGroupSettings(
  settings: ReadonlyMap<string, string>,
  config: ResolvedConfig,
): void {
  for (const [name, text] of settings) checkValue(name, text);
  for (const { name, min, max } of BOUNDS) {
    const text = settings.get(name);
    if (text === undefined) continue;
    const value = Number(text);
    if (min !== undefined && value < Number(config.read(min).value)) {
      throw invalid(`${name} must be greater than or equal to ${min}`);
    }
    if (max !== undefined && value > Number(config.read(max).value)) {
      throw invalid(`${name} must be less than or equal to ${max}`);
    }
  }
  for (const kind of KINDS) checkBeats(kind, settings, config);
}

function checkValue(name: string, text: string): void {
  const definition = groupDefinition(name);
  if (definition === undefined) throw invalid(`Unknown group config name: ${name}`);
  const parsed = parseConfig(definition, text);
  if (!parsed.ok) throw invalid(parsed.problem);
}

/** A session without a heartbeat in it would end at once. */
function checkBeats(
  kind: (typeof KINDS)[number],
  settings: ReadonlyMap<string, string>,
  config: ResolvedConfig,
): void {
  const session = `${kind}.session.timeout.ms` as const;
  const heartbeat = `${kind}.heartbeat.interval.ms` as const;
  if (!settings.has(session) && !settings.has(heartbeat)) return;
  const valueOf = (name: GroupConfigName) =>
    Number(settings.get(name) ?? inheritedOfGroup(name, config));
  if (valueOf(session) > valueOf(heartbeat)) return;
  throw invalid(`${session} must be greater than ${heartbeat}`);
}

/** What counts for a key while the group sets nothing. */
export function inheritedOfGroup(name: string, config: ResolvedConfig): string | null {
  const definition = groupDefinition(name);
  if (definition === undefined) return null;
  const broker = definition.broker && config.effective(definition.broker).text;
  return broker ?? textOf(definition.type, definition.default);
}

function bounds(kind: (typeof KINDS)[number], key: string): Bounds {
  const [min, max] = [`group.${kind}.min.${key}`, `group.${kind}.max.${key}`];
  return { name: `${kind}.${key}` as GroupConfigName, min, max };
}

function invalid(message: string): Refusal {
  return new Refusal("INVALID_CONFIG", message);
}
