// The port of chance: a seeded one for simulations, the system's for everything else.

import { type Uuid, uuidFromBytes } from "./ids.ts";

export interface Random {
  /** An integer in [0, bound). */
  below(bound: number): number;
  bytes(length: number): Uint8Array;
}

/** The system's cryptographic random numbers. */
export const systemRandom: Random = {
  below(bound) {
    // 53 bits: the bias against any bound below 2^32 is smaller than 2^-21.
    const [high = 0, low = 0] = crypto.getRandomValues(new Uint32Array(2));
    return Number(((BigInt(high) << 32n) | BigInt(low)) % BigInt(bound));
  },
  bytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
};

/** Repeats exactly for a seed (sfc32; 128 bits of state). Not for secrets. */
export function seededRandom(seed: number): Random {
  const next = sfc32(seed);
  return {
    below: (bound) => Math.floor((next() / 2 ** 32) * bound),
    bytes(length) {
      const bytes = new Uint8Array(length);
      for (let i = 0; i < length; i++) bytes[i] = next() & 0xff;
      return bytes;
    },
  };
}

/**
 * A new id, as for topics, directories and incarnations. Kafka keeps the lowest ids for itself
 * and refuses a text that begins with "-", which a command line would read as an option.
 */
export function randomUuid(random: Random): Uuid {
  for (;;) {
    const uuid = uuidFromBytes(random.bytes(16));
    if (!uuid.startsWith("-") && !uuid.startsWith("AAAAAAAAAAA")) return uuid;
  }
}

function sfc32(seed: number): () => number {
  let [a, b, c, counter] = [0, seed | 0, Math.trunc(seed / 2 ** 32) | 0, 1];
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return sum >>> 0;
  };
  for (let i = 0; i < 12; i++) next();
  return next;
}
