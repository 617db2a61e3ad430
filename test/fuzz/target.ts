// What is fuzzed: bytes as a peer or a disk may hand them in, and the code that has to live with
// them. It may refuse them, or call them corrupt; any other exception is a crash.

import { Bug, Fault, type Random } from "@odradek/base";
import { Refusal } from "@odradek/protocol/refusal";

export interface Target {
  readonly name: string;
  /** How often it has its turn, relative to the others. */
  readonly weight: number;
  /** The case with this chance: throws what the code under test throws, or `Heavy`. */
  run(random: Random): void | Promise<void>;
}

/** A result that takes more memory than its bytes justify. */
export class Heavy extends Error {
  override readonly name = "Heavy";
}

/** Whether the code may throw this at bad bytes. A failed invariant would end the process. */
export function isLawful(thrown: unknown): boolean {
  return (thrown instanceof Fault || thrown instanceof Refusal) && !(thrown instanceof Bug);
}

/** One of a list, which is not empty. */
export function pick<T>(random: Random, list: readonly T[]): T {
  return list[random.below(list.length)] as T;
}

/** For code that decodes: no more than this for each byte of the input, and something on top. */
const WEIGHT_PER_BYTE = 200;
const WEIGHT_FREE = 8192;

/** Throws Heavy unless a decoded value is in proportion to the bytes that it came from. */
export function checkWeight(value: unknown, sourceBytes: number): void {
  const limit = WEIGHT_FREE + WEIGHT_PER_BYTE * sourceBytes;
  const weight = weightOf(value, limit);
  if (weight > limit) throw new Heavy(`more than ${limit} bytes of ${sourceBytes}`);
}

const POINTER_BYTES = 8;

/** About what it takes in memory, without what it only refers to; stops counting past a limit. */
function weightOf(value: unknown, limit: number): number {
  let weight = 0;
  const waiting: unknown[] = [value];
  while (waiting.length > 0 && weight <= limit) {
    const one = waiting.pop();
    if (typeof one === "string") weight += one.length;
    else if (one instanceof Uint8Array) weight += 64;
    else if (typeof one === "object" && one !== null) {
      const parts = Object.values(one) as unknown[];
      weight += (2 + parts.length) * POINTER_BYTES;
      waiting.push(...parts);
    }
  }
  return weight;
}
