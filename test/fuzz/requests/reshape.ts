// Requests that a node takes seriously: they name what is there, with numbers that nobody expects,
// lists that are empty or repeated, and records that may be damaged.

import type { Random } from "@odradek/base";
import { buildBatch } from "@odradek/protocol/records/builder";
import { mutated } from "../mutation.ts";
import { pick } from "../target.ts";

/** Names and ids that mean something to the node. */
export interface Known {
  readonly texts: readonly string[];
  readonly ids: readonly string[];
}

const NUMBERS = [-2_147_483_648, -2, -1, 0, 1, 1, 2, 3, 1000, 2_147_483_647];
const BIG_NUMBERS = [-(2n ** 63n), -2n, -1n, 0n, 0n, 1n, 2n, 10_000n, 2n ** 53n, 2n ** 63n - 1n];

const UUID = /^[A-Za-z0-9_-]{22}$/;
/** What chance leaves as it is. */
const KEPT_OF = 4;

/** A message like another, of the same fields. */
export function reshaped(value: unknown, random: Random, known: Known): unknown {
  if (Array.isArray(value)) return reshapedList(value, random, known);
  if (value instanceof Uint8Array) return bytesFor(value, random);
  if (typeof value === "object" && value !== null) {
    const fields = Object.entries(value).map(([name, one]) => [name, reshaped(one, random, known)]);
    return Object.fromEntries(fields);
  }
  if (random.below(KEPT_OF) === 0) return value;
  if (typeof value === "number") return pick(random, NUMBERS);
  if (typeof value === "bigint") return pick(random, BIG_NUMBERS);
  if (typeof value === "boolean") return random.below(2) === 0;
  if (typeof value === "string") return pick(random, UUID.test(value) ? known.ids : known.texts);
  return value;
}

function reshapedList(list: readonly unknown[], random: Random, known: Known): unknown[] {
  if (list.length === 0 || random.below(10) === 0) return [];
  const count = 1 + random.below(3);
  return Array.from({ length: count }, () => reshaped(pick(random, list), random, known));
}

function bytesFor(bytes: Uint8Array, random: Random): Uint8Array {
  if (random.below(3) > 0) return bytes;
  const value = new TextEncoder().encode("hello");
  const batch = buildBatch([{ key: value, value }], { timestamp: 0, codec: random.below(5) });
  return random.below(2) === 0 ? batch : mutated(batch, random);
}
