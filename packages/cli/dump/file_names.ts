// What the names of a log's files say.

import { basename, dirname, join } from "node:path";
import { Failure } from "../failure.ts";

/** `00000000000000000042.log` → 42. Failure for another name. */
export function baseOffsetOf(path: string): number {
  const digits = /^(\d+)\./.exec(basename(path))?.[1];
  if (digits !== undefined) return Number(digits);
  throw new Failure(`Cannot use "${path}": its name does not begin with an offset`);
}

/** The file beside it with another suffix. */
export function siblingOf(path: string, suffix: string): string {
  return join(dirname(path), `${basename(path).split(".")[0]}${suffix}`);
}

/** Of a snapshot of the metadata log: `…0353-0000000002.checkpoint`. */
export function snapshotHead(path: string): string {
  const name = basename(path);
  if (name === "bootstrap.checkpoint") return "KRaft bootstrap snapshot";
  const match = /^(\d{20})-(\d{10})\.checkpoint$/.exec(name);
  if (match !== null) {
    return `Snapshot end offset: ${Number(match[1])}, epoch: ${Number(match[2])}`;
  }
  throw new Failure(`Cannot use "${path}": it is not named as a snapshot`);
}
