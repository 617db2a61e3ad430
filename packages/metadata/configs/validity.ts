// Rules on values beyond their type: ranges, choices, forms. Refusals are worded as Kafka words
// them, since clients and tools show them to people who look them up.

import type { ConfigValue } from "./definition.ts";

export interface Validity {
  /** In Kafka's notation, as its reference pages have it: `[0,...]`. */
  readonly notation: string;
  /** In words, to follow "allowed is …". */
  readonly words: string;
  /** Of lists: an entry that comes twice counts once. */
  readonly distinct?: boolean;
  /** Why the value is refused, a whole sentence; undefined: it is fine. */
  problem(name: string, value: ConfigValue): string | undefined;
}

/** The sentence that all refusals of a single value share. */
export function invalid(name: string, value: string, why: string): string {
  return `Invalid value ${value} for configuration ${name}: ${why}`;
}

/** Numbers from `min` to `max`, both inclusive; undefined without either. */
export function range(min: number | undefined, max: number | undefined): Validity | undefined {
  if (min === undefined && max === undefined) return undefined;
  return {
    notation: `[${[min ?? [], "...", max ?? []].flat().join(",")}]`,
    words: max === undefined
      ? `at least ${min}`
      : min === undefined
      ? `at most ${max}`
      : `${min} to ${max}`,
    problem(name, value) {
      if (min !== undefined && Number(value) < min) {
        return invalid(name, String(value), `Value must be at least ${min}`);
      }
      if (max !== undefined && Number(value) > max) {
        return invalid(name, String(value), `Value must be no more than ${max}`);
      }
      return undefined;
    },
  };
}

/** One of these texts. */
export function oneOf(values: readonly string[], anyCase = false): Validity {
  const known = new Set(anyCase ? values.map((value) => value.toUpperCase()) : values);
  const note = anyCase ? " (case insensitive)" : "";
  return {
    notation: `${note.trimStart()}${anyCase ? " " : ""}[${values.join(", ")}]`,
    words: `one of ${values.join(", ")}`,
    problem(name, value) {
      const text = String(value);
      if (known.has(anyCase ? text.toUpperCase() : text)) return undefined;
      return invalid(name, text, `String must be one of${note}: ${values.join(", ")}`);
    },
  };
}

/** A list, perhaps an empty one, of these texts. */
export function eachOf(values: readonly string[]): Validity {
  const each = oneOf(values);
  return {
    notation: each.notation,
    words: `a list of ${values.join(", ")}`,
    distinct: true,
    problem(name, value) {
      const entries = entriesOf(value);
      if (entries.includes("")) return emptyEntry(name);
      return entries.map((entry) => each.problem(name, entry)).find((found) => found);
    },
  };
}

/** A list, perhaps an empty one, without empty entries. */
export const noEmptyEntries: Validity = {
  notation: "non-empty list",
  words: "a list without empty entries",
  distinct: true,
  problem: (name, value) => entriesOf(value).includes("") ? emptyEntry(name) : undefined,
};

/** Any text but an empty one. */
export const notEmpty: Validity = {
  notation: "non-empty string",
  words: "a text that is not empty",
  problem: (name, value) =>
    value === "" ? invalid(name, "", "String must be non-empty") : undefined,
};

/** Any text, an empty one too. */
export const notNull: Validity = {
  notation: "non-null string",
  words: "a text",
  problem: () => undefined,
};

/** -1 stands for the codec's own default. */
export const gzipLevel: Validity = {
  notation: "[1,...,9] or -1",
  words: "1 to 9, or -1",
  problem(name, value) {
    const level = Number(value);
    if (level === -1 || (level >= 1 && level <= 9)) return undefined;
    return invalid(name, String(value), "Value must be between 1 and 9 or equal to -1");
  },
};

/** `partition:broker` pairs, or `*` alone. */
export const throttledReplicas: Validity = {
  notation: "[partitionId]:[brokerId],[partitionId]:[brokerId],...",
  words: "* or a list of partition:broker",
  problem(name, value) {
    const entries = entriesOf(value);
    const text = entries.join(",");
    if (text === "*" || entries.every((entry) => /^(\d+:\d+)?$/.test(entry))) return undefined;
    const form = "must be the literal '*' or a list of replicas in the following format: ";
    return invalid(name, `[${entries.join(", ")}]`, `${name} ${form}${this.notation}`);
  },
};

/** Where a share group begins: by name, or a time back in the form of ISO 8601. */
export const shareOffsetReset: Validity = {
  notation: "[latest, earliest, by_duration:PnDTnHnMn.nS]",
  words: "latest, earliest or by_duration:<PnDTnHnMn.nS>",
  problem(name, value) {
    const duration = /^by_duration:P(?=.)(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?$/i;
    const text = String(value);
    if (text === "latest" || text === "earliest" || duration.test(text)) return undefined;
    const why = `Invalid value \`${text}\` for configuration ${name}. The value must be either ` +
      "'earliest', 'latest' or of the format 'by_duration:<PnDTnHnMn.nS>'.";
    return invalid(name, text, why);
  },
};

/** A rule of our own. `accepts` decides on the text. */
export function form(words: string, accepts: RegExp): Validity {
  return {
    notation: words,
    words,
    problem: (name, value) =>
      accepts.test(String(value)) ? undefined : invalid(name, String(value), `Allowed is ${words}`),
  };
}

function entriesOf(value: ConfigValue): readonly string[] {
  return Array.isArray(value) ? value : [String(value)];
}

function emptyEntry(name: string): string {
  return `Configuration '${name}' values must not be empty.`;
}
