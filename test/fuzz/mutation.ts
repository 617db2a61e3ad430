// Damage to bytes, as networks, disks and enemies do it: bits flip, bytes are cut out or put in,
// parts are repeated, numbers become extreme.

import type { Random } from "@odradek/base";
import { pick } from "./target.ts";

type Edit = (bytes: Uint8Array, at: number, random: Random) => Uint8Array;

/** What counts and lengths are tempted with: of 1, 2, 4 and 8 bytes, and as varints. */
const EXTREMES: readonly Uint8Array[] = [
  "00", "01", "7f", "80", "ff",
  "7fff", "8000", "ffff",
  "7fffffff", "80000000", "ffffffff", "00000000", "00ffffff",
  "7fffffffffffffff", "8000000000000000", "ffffffffffffffff", "0020000000000000",
  "ffffffff0f", "ffffffff07", "8080808008", "feffffff0f", "ffffffffffffffffff01",
].map((hex) => Uint8Array.fromHex(hex));

const EDITS: readonly Edit[] = [
  (bytes, at, random) => withBytes(bytes, at, Uint8Array.of(random.below(256))),
  (bytes, at, random) => {
    const flipped = (bytes[at] ?? 0) ^ (1 << random.below(8));
    return withBytes(bytes, at, Uint8Array.of(flipped));
  },
  (bytes, at, random) => withBytes(bytes, at, pick(random, EXTREMES)),
  (bytes, at, random) => spliced(bytes, [at, random.below(9)], new Uint8Array(0)),
  (bytes, at, random) => spliced(bytes, [at, 0], random.bytes(1 + random.below(8))),
  (bytes, at, random) => spliced(bytes, [at, 0], pick(random, EXTREMES)),
  (bytes, at, random) => {
    const from = random.below(bytes.length + 1);
    return spliced(bytes, [at, 0], bytes.subarray(from, from + random.below(65)));
  },
  (bytes, at) => bytes.subarray(0, at),
  (bytes, at, random) => withBytes(bytes, at, new Uint8Array(1 + random.below(64))),
];

const EDITS_MAX = 4;

/** A damaged copy; now and then something that never was sound. */
export function mutated(bytes: Uint8Array, random: Random): Uint8Array {
  if (random.below(64) === 0) return random.bytes(random.below(200));
  let damaged: Uint8Array = new Uint8Array(bytes);
  for (let edits = 1 + random.below(1 + random.below(EDITS_MAX)); edits > 0; edits--) {
    damaged = pick(random, EDITS)(damaged, placeIn(damaged, random), random);
  }
  return damaged;
}

/** Half of the time near the beginning, where lengths and counts stand. */
function placeIn({ length }: Uint8Array, random: Random): number {
  return random.below((random.below(2) === 0 ? Math.min(length, 64) : length) + 1);
}

/** Written over what is there, never beyond the end. */
function withBytes(bytes: Uint8Array, at: number, over: Uint8Array): Uint8Array {
  bytes.set(over.subarray(0, Math.max(0, bytes.length - at)), Math.min(at, bytes.length));
  return bytes;
}

function spliced(
  bytes: Uint8Array,
  [at, count]: readonly [number, number],
  inserted: Uint8Array,
): Uint8Array {
  const rest = bytes.subarray(Math.min(bytes.length, at + count));
  const result = new Uint8Array(at + inserted.length + rest.length);
  result.set(bytes.subarray(0, at));
  result.set(inserted, at);
  result.set(rest, at + inserted.length);
  return result;
}
