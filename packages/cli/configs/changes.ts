// The changes that --add-config and --delete-config ask for.

import { Failure } from "../failure.ts";

/** `k1=v1,k2=[v1,v2]`: commas within brackets belong to the value. The brackets stay. */
export function parseAdditions(text: string): Map<string, string> {
  const additions = new Map<string, string>();
  for (const part of text.split(/,(?![^[\]]*\])/)) {
    const pair = part.trim();
    if (pair === "") continue;
    const at = pair.indexOf("=");
    if (at <= 0) {
      throw new Failure(`Invalid entity config ${pair}: all configs to be added must be key=value`);
    }
    additions.set(pair.slice(0, at).trim(), pair.slice(at + 1).trim());
  }
  return additions;
}

/** What brackets group. */
export function withoutBrackets(value: string): string {
  return /^\[(.*)\]$/s.exec(value)?.[1] ?? value;
}

export function parseDeletions(text: string): string[] {
  return text.split(",").map((name) => name.trim()).filter((name) => name !== "");
}
