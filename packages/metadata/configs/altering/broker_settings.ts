// Which settings a broker, or all brokers together, may be given while they run (KIP-226).

import { Refusal } from "@odradek/protocol/refusal";
import { brokerDefinition, withoutListener } from "../catalogue.ts";
import { unbuilt } from "../not_built_yet.ts";
import { parseConfig } from "../parse.ts";

export interface BrokerSettingsOptions {
  /** Meant for all brokers, not for one of them. */
  readonly isForAll: boolean;
}

/**
 * Refuses with INVALID_REQUEST, as Kafka does: what is read at start only, what each broker must
 * have for itself, and values that cannot be read. Keys that nobody knows may be set.
 */
export function checkBrokerSettings(
  settings: ReadonlyMap<string, string>,
  { isForAll }: BrokerSettingsOptions,
): void {
  const names = [...settings.keys()];
  const scopeOf = (name: string) => brokerDefinition(name)?.scope;
  refuseIfAny(
    names.filter((name) => scopeOf(name) === "read-only"),
    "Cannot update these configs dynamically",
  );
  refuseIfAny(
    names.filter((name) => isForAll && scopeOf(name) === "per-broker"),
    "Cannot update these configs at default cluster level, broker id must be specified",
  );
  for (const [name, text] of settings) checkValue(name, text);
}

function refuseIfAny(names: readonly string[], why: string): void {
  if (names.length === 0) return;
  throw new Refusal("INVALID_REQUEST", `${why}: [${names.join(", ")}]`);
}

function checkValue(name: string, text: string): void {
  const definition = brokerDefinition(name);
  if (definition === undefined) return;
  const parsed = parseConfig(definition, text);
  if (!parsed.ok) throw new Refusal("INVALID_REQUEST", parsed.problem);
  const later = unbuilt(withoutListener(name), text);
  if (later === undefined) return;
  const why = `it turns on ${later.part}, and that is not built yet; ${later.remedy}`;
  throw new Refusal("INVALID_REQUEST", `Cannot use ${name}: ${why}`);
}
