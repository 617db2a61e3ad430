// What is set for a resource once it is altered: single keys one by one (KIP-339), or a whole new
// set. Whether the outcome may stand is for the rules of its kind, beside this file.

import { Refusal } from "@odradek/protocol/refusal";
import type { ConfigDefinition } from "../definition.ts";

/** By the numbers of the protocol. */
const OPERATIONS = ["set", "delete", "append", "subtract"] as const;
export type Operation = (typeof OPERATIONS)[number];

export interface Alteration {
  readonly name: string;
  readonly operation: Operation;
  /** Null only with "delete". */
  readonly value: string | null;
}

/** A change as requests hold it. */
export interface RequestedAlteration {
  readonly name: string;
  readonly configOperation: number;
  readonly value: string | null;
}

/** What the alterations of a resource begin with. */
export interface Alterable {
  readonly present: ReadonlyMap<string, string>;
  readonly definitionOf: (name: string) => ConfigDefinition | undefined;
  /** What counts for a list while nothing is set here. */
  readonly inherited: (name: string) => string | null;
}

/** Refuses what no resource takes: a key twice, nothing to set, an operation that nobody knows. */
export function readAlterations(requested: readonly RequestedAlteration[]): Alteration[] {
  checkNames(requested);
  checkValues(requested.filter(({ configOperation }) => OPERATIONS[configOperation] !== "delete"));
  return requested.map(({ name, configOperation, value }) => {
    const operation = OPERATIONS[configOperation];
    // As Kafka's, whose own mistake this error is.
    if (operation !== undefined) return { name, operation, value };
    throw new Refusal("UNKNOWN_SERVER_ERROR", `There is no operation ${configOperation}`);
  });
}

/** A whole new set. Refuses as `readAlterations`. */
export function readReplacement(
  requested: readonly Pick<RequestedAlteration, "name" | "value">[],
): ReadonlyMap<string, string> {
  checkNames(requested);
  checkValues(requested);
  return new Map(requested.map(({ name, value }) => [name, value ?? ""]));
}

/** Refuses with INVALID_CONFIG what only lists can do. */
export function altered(
  alterations: readonly Alteration[],
  resource: Alterable,
): ReadonlyMap<string, string> {
  const settings = new Map(resource.present);
  for (const alteration of alterations) {
    const value = valueAfter(alteration, resource);
    if (value === null) settings.delete(alteration.name);
    else settings.set(alteration.name, value);
  }
  return settings;
}

function valueAfter(
  { name, operation, value }: Alteration,
  { present, definitionOf, inherited }: Alterable,
): string | null {
  if (operation === "delete") return null;
  if (operation === "set") return value;
  if (definitionOf(name)?.type !== "list") {
    const what = `${operation.toUpperCase()} to key ${name}`;
    throw new Refusal("INVALID_CONFIG", `Can't ${what} because its type is not LIST.`);
  }
  const before = entriesOf(present.get(name) ?? inherited(name) ?? "");
  const given = entriesOf(value ?? "");
  const after = operation === "append"
    ? [...before, ...given.filter((entry) => !before.includes(entry))]
    : before.filter((entry) => !given.includes(entry));
  return [...new Set(after)].join(",");
}

function entriesOf(text: string): string[] {
  return text.split(",").map((entry) => entry.trim()).filter((entry) => entry !== "");
}

function checkNames(requested: readonly { readonly name: string }[]): void {
  if (new Set(requested.map(({ name }) => name)).size === requested.length) return;
  throw new Refusal("INVALID_REQUEST", "Error due to duplicate config keys");
}

function checkValues(
  requested: readonly { readonly name: string; readonly value: string | null }[],
): void {
  const nulls = requested.filter(({ value }) => value === null).map(({ name }) => name);
  if (nulls.length === 0) return;
  throw new Refusal("INVALID_REQUEST", `Null value not supported for : ${nulls.join(",")}`);
}
