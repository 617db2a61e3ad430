// The configuration of a node once its sources are merged: for each key the value that counts,
// where it comes from, and what it outweighs. Immutable; a change at run time makes another one.

import { assert, safeInteger } from "@odradek/base";
import {
  BROKER_CONFIGS,
  type BrokerConfigName,
  type BrokerConfigValue,
  brokerDefinition,
  chainOf,
  withoutListener,
} from "./catalogue.ts";
import type { ConfigDefinition, ConfigValue } from "./definition.ts";
import { parseConfig, textOf } from "./parse.ts";
import type { Setting } from "./sources/setting.ts";

/** Where a value comes from: the broker alone, all brokers, the node's own files, nowhere. */
export type Source = "broker" | "cluster" | "static" | "default";

const SET_SOURCES = ["broker", "cluster", "static"] as const;
const SOURCES = [...SET_SOURCES, "default"] as const;

/** What one source says about a key. `text` is as it was written. */
export interface Entry {
  readonly name: string;
  readonly source: Source;
  readonly text: string;
}

/** A value, how it is shown, and who said so. */
export interface Effective {
  readonly value: ConfigValue | null | undefined;
  readonly text: string | null;
  readonly source: Source;
}

/** Values set while the cluster runs, from the metadata log, by key. */
export interface DynamicValues {
  /** For all brokers. */
  readonly cluster: ReadonlyMap<string, string>;
  /** For this one. */
  readonly broker: ReadonlyMap<string, string>;
}

const NONE: ReadonlyMap<string, string> = new Map();

/** Not cloned over threads: send `settings` and `dynamic`, and make another of them there. */
export class ResolvedConfig {
  /** By key: what file, environment and command line set, unknown keys too. */
  readonly settings: ReadonlyMap<string, Setting>;
  readonly dynamic: DynamicValues;
  readonly #read = new Map<string, Effective>();

  constructor(
    settings: ReadonlyMap<string, Setting>,
    dynamic: DynamicValues = { cluster: NONE, broker: NONE },
  ) {
    this.settings = settings;
    this.dynamic = dynamic;
  }

  /** The same static configuration under other dynamic values. */
  withDynamic(dynamic: DynamicValues): ResolvedConfig {
    return new ResolvedConfig(this.settings, dynamic);
  }

  /** The value that counts. `null`: none; `undefined`: a required key that is not set. */
  value<N extends BrokerConfigName>(name: N): BrokerConfigValue<N> {
    return this.read(name).value as BrokerConfigValue<N>;
  }

  /** The value for one listener (by name, any case): its own if it has one, else that of all. */
  valueFor<N extends BrokerConfigName>(listener: string, name: N): BrokerConfigValue<N> {
    const own = this.read(`listener.name.${listener.toLowerCase()}.${name}`);
    return own.source === "default" ? this.value(name) : own.value as BrokerConfigValue<N>;
  }

  /** Whether anybody set the key to something that can be used. */
  isSet(name: BrokerConfigName): boolean {
    return this.read(name).source !== "default";
  }

  /** What counts for any key, unknown ones too (they have no value). */
  read(name: string): Effective {
    const known = this.#read.get(name) ?? this.#find(name);
    this.#read.set(name, known);
    return known;
  }

  /**
   * What counts for a key that others stand in for (`log.retention.ms` and its minutes and hours),
   * in the unit of that key. Below zero is -1.
   */
  effective(name: string): Effective {
    const substitutes = brokerDefinition(name)?.substitutes ?? [];
    for (const { name: link, factor } of [{ name, factor: 1 }, ...substitutes]) {
      const found = this.read(link);
      if (found.value === null || found.value === undefined) continue;
      return factor === 1 ? found : converted(found, factor);
    }
    return this.read(name);
  }

  /**
   * What every source says about a key, and about those that stand in for it (minutes and hours,
   * or the key without its listener): the strongest source first, and within one source the key
   * that counts.
   */
  entries(name: string): Entry[] {
    const base = withoutListener(name);
    const names = base === name ? chainOf(name) : [name, base];
    return SOURCES.flatMap((source) =>
      names.flatMap((each) => {
        const text = this.#said(each, source);
        return typeof text === "string" ? { name: each, source, text } : [];
      })
    );
  }

  /** A value in the metadata log is input: one that cannot be read does not count. */
  #find(name: string): Effective {
    const definition = brokerDefinition(name);
    if (definition === undefined) return { value: undefined, text: null, source: "default" };
    for (const source of SET_SOURCES) {
      const text = this.#said(name, source);
      const parsed = typeof text === "string" ? parseConfig(definition, text) : undefined;
      if (parsed?.ok) return { value: parsed.value, text: parsed.text, source };
    }
    const { type, default: value } = definition;
    return { value, text: textOf(type, value), source: "default" };
  }

  /** What one source says about one key. What may not change while nodes run, does not. */
  #said(name: string, source: Source): string | null | undefined {
    const definition = brokerDefinition(name);
    if (source === "default") return defaultOf(name, definition);
    if (source === "static") return this.settings.get(name)?.text.trim();
    const scope = definition?.scope;
    if (scope === "read-only" || (scope === "per-broker" && source === "cluster")) return undefined;
    return this.dynamic[source].get(name);
  }
}

/** A key for one listener has no default of its own. */
function defaultOf(name: string, definition: ConfigDefinition | undefined): string | null {
  return definition?.name === name ? textOf(definition.type, definition.default) : null;
}

function converted({ value, source }: Effective, factor: number): Effective {
  assert(typeof value === "number", "What is converted is a number", { factor });
  const product = value < 0 ? -1n : BigInt(value) * BigInt(factor);
  return { value: safeInteger(product), text: String(product), source };
}

/** A configuration in which nothing is set but what is named here. For tests and tools. */
export function configOf(
  texts: Readonly<Partial<Record<BrokerConfigName, string>>>,
): ResolvedConfig {
  return new ResolvedConfig(
    new Map(Object.entries(texts).map(([name, text]) => [name, { name, text, origin: "given" }])),
  );
}

/** Every key of brokers and controllers. */
export const BROKER_CONFIG_NAMES = Object.keys(BROKER_CONFIGS) as readonly BrokerConfigName[];
