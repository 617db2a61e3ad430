// Compressed bytes, damaged, and bombs: a result that is larger than allowed is refused.

import type { Random } from "@odradek/base";
import { compress, decompress } from "@odradek/protocol/records/compression";
import { mutated } from "../mutation.ts";
import { Heavy, pick, type Target } from "../target.ts";

export const compressionTargets: readonly Target[] = [
  { name: "compressed bytes", weight: 6, run: inflateDamaged },
  { name: "bomb", weight: 1, run: inflateBomb },
];

const CODECS = [1, 2, 3, 4];
const LIMIT_BYTES = 256 * 1024;

const texts = ["", "a", "hello ".repeat(100), "x".repeat(70_000)]
  .map((text) => new TextEncoder().encode(text));
const compressed = CODECS.map((codec) => ({
  codec,
  samples: texts.map((text) => compress(codec, text)),
}));

function inflateDamaged(random: Random): void {
  const { codec, samples } = pick(random, compressed);
  const sample = pick(random, samples);
  const twice = random.below(4) === 0 ? Buffer.concat([sample, pick(random, samples)]) : sample;
  inflate(codec, mutated(twice, random));
}

const BOMB_BYTES = 4 * 1024 * 1024;
const bombs = CODECS.map((codec) => ({
  codec,
  bytes: compress(codec, new Uint8Array(BOMB_BYTES)),
}));

function inflateBomb(random: Random): void {
  const { codec, bytes } = pick(random, bombs);
  inflate(codec, random.below(2) === 0 ? bytes : mutated(bytes, random));
}

function inflate(codec: number, bytes: Uint8Array): void {
  const { length } = decompress(codec, bytes, LIMIT_BYTES);
  if (length > LIMIT_BYTES) throw new Heavy(`${length} bytes came of ${bytes.length}`);
}
