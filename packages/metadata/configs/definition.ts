// What one configuration key is, and the small language in which the tables declare keys:
//   "num.partitions": int(1, { min: 1 }, "Partitions of a new topic …"),
// The type of a key's value is inferred from its row. Reading text is the business of parse.ts.

import { noEmptyEntries, eachOf, oneOf, range, type Validity } from "./validity.ts";

export type ConfigType =
  | "boolean"
  | "string"
  | "int"
  | "short"
  | "long"
  | "double"
  | "list"
  | "class"
  | "password";

export type ConfigValue = boolean | number | string | readonly string[];

/**
 * Whether a value may change while nodes run: not at all, on one broker at a time, or on one broker
 * as well as for all brokers. Keys of topics and groups always may.
 */
export type Scope = "read-only" | "per-broker" | "both";

export type Importance = "high" | "medium" | "low";

/** A key from which another takes its value, times `factor`, when it has none of its own. */
export interface Substitute {
  readonly name: string;
  readonly factor: number;
}

/** One key without its name, which is the row's in a table. `null`: none; `undefined`: required. */
export interface Row<T extends ConfigValue | null | undefined> {
  readonly type: ConfigType;
  readonly default: T;
  readonly validity: Validity | undefined;
  readonly importance: Importance;
  readonly scope: Scope;
  /** Listed by DescribeConfigs only where it is set. */
  readonly internal: boolean;
  /** Its value is never shown. */
  readonly sensitive: boolean;
  /** Of a key of topics or groups: the broker's key that gives its default. */
  readonly broker: string | undefined;
  /** What counts when the key is not set, first to last. */
  readonly substitutes: readonly Substitute[];
  /** One sentence. */
  readonly documentation: string;
}

export type AnyRow = Row<ConfigValue | null | undefined>;

/** One key. */
export type ConfigDefinition = AnyRow & { readonly name: string };

/** A key that has no default. */
export const REQUIRED = undefined;

/** No limit, for a long: 2^63 - 1 in text, and as a number the largest safe integer. */
export const NO_LIMIT: number = Number.MAX_SAFE_INTEGER;

export const INT_MAX = 2 ** 31 - 1;

interface Options {
  readonly importance?: Importance;
  readonly scope?: Scope;
  readonly internal?: boolean;
  readonly sensitive?: boolean;
  readonly broker?: string;
  readonly substitutes?: readonly Substitute[];
  /** A rule for which there is no shorter word here. */
  readonly validity?: Validity;
}

interface NumberOptions extends Options {
  readonly min?: number;
  readonly max?: number;
}

interface TextOptions<V extends string> extends Options {
  readonly oneOf?: readonly V[];
  /** `oneOf` whatever the case. */
  readonly anyCase?: boolean;
}

interface ListOptions<V extends string> extends Options {
  /** The values that entries may have. */
  readonly oneOf?: readonly V[];
  /** No entry may be empty. */
  readonly entries?: "not empty";
}

type Absent<D> = Extract<D, null | undefined>;

function row<T extends ConfigValue | null | undefined>(
  head: Pick<Row<T>, "type" | "default" | "documentation">,
  options: Options,
  validity?: Validity,
): Row<T> {
  return {
    ...head,
    validity: options.validity ?? validity,
    importance: options.importance ?? "medium",
    scope: options.scope ?? "read-only",
    internal: options.internal ?? false,
    sensitive: options.sensitive ?? head.type === "password",
    broker: options.broker,
    substitutes: options.substitutes ?? [],
  };
}

type NumberRow = <D extends number | null | undefined>(
  fallback: D,
  options: NumberOptions,
  documentation: string,
) => Row<number | Absent<D>>;

function number(type: "int" | "short" | "long" | "double"): NumberRow {
  return <D extends number | null | undefined>(
    fallback: D,
    options: NumberOptions,
    documentation: string,
  ) =>
    row<number | Absent<D>>(
      { type, default: fallback as number | Absent<D>, documentation },
      options,
      range(options.min, options.max),
    );
}

/** 32 bits. */
export const int: NumberRow = number("int");
/** 16 bits. */
export const short: NumberRow = number("short");
/** 64 bits; as a number, values beyond the safe integers are brought to the nearest safe one. */
export const long: NumberRow = number("long");
export const double: NumberRow = number("double");

export function boolean<D extends boolean | null | undefined>(
  fallback: D,
  options: Options,
  documentation: string,
): Row<boolean | Absent<D>> {
  return row<boolean | Absent<D>>(
    { type: "boolean", default: fallback as boolean | Absent<D>, documentation },
    options,
  );
}

export function string<
  const V extends string = string,
  D extends string | null | undefined = string,
>(fallback: D, options: TextOptions<V>, documentation: string): Row<V | Absent<D>> {
  const rule = options.oneOf && oneOf(options.oneOf, options.anyCase);
  return row<V | Absent<D>>(
    { type: "string", default: fallback as V | Absent<D>, documentation },
    options,
    rule,
  );
}

export function list<
  const V extends string = string,
  D extends readonly string[] | null | undefined = readonly string[],
>(fallback: D, options: ListOptions<V>, documentation: string): Row<readonly V[] | Absent<D>> {
  const rule = options.oneOf ? eachOf(options.oneOf) : options.entries && noEmptyEntries;
  return row<readonly V[] | Absent<D>>(
    { type: "list", default: fallback as readonly V[] | Absent<D>, documentation },
    options,
    rule,
  );
}

/** The name of a Java class. No class is ever loaded. */
export function javaClass<D extends string | null>(
  fallback: D,
  options: Options,
  documentation: string,
): Row<string | Absent<D>> {
  return row<string | Absent<D>>(
    { type: "class", default: fallback as string | Absent<D>, documentation },
    options,
  );
}

export function password(
  fallback: null,
  options: Options,
  documentation: string,
): Row<string | null> {
  return row<string | null>({ type: "password", default: fallback, documentation }, options);
}

export type Table<R extends Record<string, AnyRow>> = {
  readonly [N in keyof R & string]: R[N] & { readonly name: N };
};

/** Gives every row its name. */
export function table<R extends Record<string, AnyRow>>(
  rows: R,
): Table<R> {
  const named = Object.entries(rows).map(([name, row]) => [name, { ...row, name }]);
  return Object.fromEntries(named) as Table<R>;
}

/** The type of a key's value. */
export type ValueOf<D> = D extends Row<infer T> ? T : never;
