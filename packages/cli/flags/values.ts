// Values of flags, read strictly: what is no number is wrong usage.

import { InvalidArgumentError } from "commander";

export function integer(text: string): number {
  const value = Number(text);
  if (!/^-?\d+$/.test(text) || !Number.isSafeInteger(value)) {
    throw new InvalidArgumentError("It must be a whole number.");
  }
  return value;
}

/** For flags that add up. */
export function gather(text: string, before: readonly string[] | undefined): string[] {
  return [...before ?? [], text];
}

/** `key=value` each; a later one counts. Wrong usage without "=". */
export function gatherProperty(
  text: string,
  before: ReadonlyMap<string, string> | undefined,
): Map<string, string> {
  const at = text.indexOf("=");
  if (at <= 0) throw new InvalidArgumentError("It must be key=value.");
  return new Map([...before ?? [], [text.slice(0, at), text.slice(at + 1)]]);
}
