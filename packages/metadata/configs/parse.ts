// Text to typed value and back, by the type of the key. Values keep the text that Kafka shows for
// them, since a number cannot hold every int64.

import { safeInteger } from "@odradek/base";
import {
  type AnyRow,
  type ConfigDefinition,
  type ConfigType,
  type ConfigValue,
  INT_MAX,
  NO_LIMIT,
} from "./definition.ts";
import { invalid } from "./validity.ts";

/** A value and how it is shown, or why there is none: a sentence worded as Kafka's. */
export type ParsedConfig =
  | { readonly ok: true; readonly value: ConfigValue; readonly text: string }
  | { readonly ok: false; readonly problem: string };

/** Reads the text of a key: its type first, then its rule. */
export function parseConfig(definition: ConfigDefinition, text: string): ParsedConfig {
  const trimmed = text.trim();
  const read = readers[definition.type](trimmed, definition);
  if (typeof read === "string") {
    const shown = definition.sensitive ? HIDDEN : text;
    return { ok: false, problem: invalid(definition.name, shown, read) };
  }
  const problem = definition.validity?.problem(definition.name, read.value);
  return problem === undefined ? { ok: true, ...read } : { ok: false, problem };
}

/** The text of a value, as DescribeConfigs shows it. */
export function textOf(type: ConfigType, value: ConfigValue | null | undefined): string | null {
  if (value === null || value === undefined) return null;
  if (Array.isArray(value)) return value.join(",");
  if (type === "double") return doubleText(Number(value));
  if (type === "long" && value === NO_LIMIT) return String(LONG_MAX);
  return String(value);
}

/** What a key takes, to follow "allowed is …". */
export function allowed(definition: AnyRow): string {
  const rule = definition.validity?.words;
  const words = TYPE_WORDS[definition.type];
  if (rule === undefined) return words;
  return /^(at |-?\d)/.test(rule) ? `${words}, ${rule}` : rule;
}

/** Stands in messages for what nobody may see. */
export const HIDDEN = "[hidden]";

const LONG_MAX = 2n ** 63n - 1n;

const TYPE_WORDS: Readonly<Record<ConfigType, string>> = {
  boolean: "true or false",
  string: "a text",
  int: "a whole number",
  short: "a whole number",
  long: "a whole number",
  double: "a number",
  list: "a list separated by commas",
  class: "the name of a class",
  password: "a text",
};

interface Read {
  readonly value: ConfigValue;
  readonly text: string;
}

type Reader = (text: string, definition: ConfigDefinition) => Read | string;

const asIs: Reader = (text) => ({ value: text, text });

const readers: Readonly<Record<ConfigType, Reader>> = {
  boolean(text) {
    const lower = text.toLowerCase();
    if (lower !== "true" && lower !== "false") {
      return "Expected value to be either true or false";
    }
    return { value: lower === "true", text: lower };
  },
  string: asIs,
  class: asIs,
  password: asIs,
  int: whole("INT", BigInt(INT_MAX)),
  short: whole("SHORT", 2n ** 15n - 1n),
  long: whole("LONG", LONG_MAX),
  double(text) {
    // Java takes a suffix for the type.
    const plain = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)[fd]?$/i.exec(text)?.[1];
    if (plain === undefined) return "Not a number of type DOUBLE";
    return { value: Number(plain), text: doubleText(Number(plain)) };
  },
  list(text, { validity }) {
    const all = text === "" ? [] : text.split(/\s*,\s*/);
    const entries = validity?.distinct ? [...new Set(all)] : all;
    return { value: entries, text: entries.join(",") };
  },
};

function whole(type: string, max: bigint): Reader {
  return (text) => {
    if (!/^[+-]?\d+$/.test(text)) return `Not a number of type ${type}`;
    const value = BigInt(text.replace("+", ""));
    if (value > max || value < -max - 1n) return `Not a number of type ${type}`;
    return { value: safeInteger(value), text: String(value) };
  };
}

/** As Java prints doubles: always with a point, and with an exponent below 0.001 and from 10^7. */
function doubleText(value: number): string {
  const size = Math.abs(value);
  if (size === 0 || (size >= 1e-3 && size < 1e7)) {
    return Number.isInteger(value) ? `${value}.0` : String(value);
  }
  const [digits = "", exponent = ""] = value.toExponential().split("e");
  return `${digits.includes(".") ? digits : `${digits}.0`}E${exponent.replace("+", "")}`;
}
