// Which settings a subscription of client metrics may be given (KIP-714).

import { Refusal } from "@odradek/protocol/refusal";
import { clientMetricsDefinition } from "../catalogue.ts";
import { parseConfig } from "../parse.ts";

const INTERVAL_MS = { min: 100, max: 3_600_000 } as const;
/** What clients may be told apart by. */
const SELECTORS = new Set([
  "client_instance_id",
  "client_id",
  "client_software_name",
  "client_software_version",
  "client_source_address",
  "client_source_port",
]);

/** Refuses with INVALID_REQUEST or INVALID_CONFIG, as Kafka does. */
export function checkClientMetricsSettings(settings: ReadonlyMap<string, string>): void {
  for (const [name, text] of settings) {
    const definition = clientMetricsDefinition(name);
    if (definition === undefined) {
      throw new Refusal("INVALID_REQUEST", `Unknown client metrics configuration: ${name}`);
    }
    const parsed = parseConfig(definition, text);
    if (!parsed.ok) throw new Refusal("INVALID_CONFIG", parsed.problem);
    if (name === "interval.ms") checkInterval(Number(parsed.value));
    if (name === "match") checkSelectors(parsed.value as readonly string[]);
  }
}

function checkInterval(ms: number): void {
  const { min, max } = INTERVAL_MS;
  if (ms >= min && ms <= max) return;
  const range = `between ${min} and ${max} (1 hour)`;
  const why = `Invalid value ${ms} for interval.ms, interval must be ${range}`;
  throw new Refusal("INVALID_REQUEST", why);
}

function checkSelectors(selectors: readonly string[]): void {
  for (const selector of selectors) {
    const [name = "", pattern, ...more] = selector.split("=").map((part) => part.trim());
    const isGood = SELECTORS.has(name) && pattern !== undefined && more.length === 0 &&
      isPattern(pattern);
    if (isGood) continue;
    throw new Refusal("INVALID_CONFIG", `Illegal client matching pattern: ${selector}`);
  }
}

function isPattern(text: string): boolean {
  try {
    void new RegExp(text, "u");
    return true;
  } catch {
    return false;
  }
}
