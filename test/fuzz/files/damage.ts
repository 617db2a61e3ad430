// Damage to the files of a directory, of which some fits behind what would tell of it: the CRCs of
// batches and snapshots.

import type { Random } from "@odradek/base";
import { readBatches } from "@odradek/protocol/records/batch";
import { crc32c } from "@odradek/protocol/wire/crc32c";
import { mutated } from "../mutation.ts";
import { isLawful, pick } from "../target.ts";

/** Files by name. */
export type Directory = ReadonlyMap<string, Uint8Array>;

/** One file is damaged, now and then two; one may be missing. */
export function damagedFiles(random: Random, directory: Directory): Map<string, Uint8Array> {
  const files = new Map(directory);
  const names = [...files.keys()];
  const logs = names.filter((name) => name.endsWith(".log"));
  for (let count = 1 + Math.floor(random.below(5) / 4); count > 0; count--) {
    const name = pick(random, random.below(2) === 0 ? logs : names);
    if (random.below(20) === 0) files.delete(name);
    else files.set(name, damaged(random, name, files.get(name) ?? new Uint8Array(0)));
  }
  return files;
}

/** The content of a file of this name; half of the time with CRCs that fit. */
export function damaged(random: Random, name: string, bytes: Uint8Array): Uint8Array {
  const result = new Uint8Array(mutated(bytes, random));
  if (random.below(2) === 0) return result;
  if (/\.(log|checkpoint)$/.test(name)) fitBatches(result);
  if (name.endsWith(".snapshot") && result.length > SNAPSHOT_CRC_FROM) fitSnapshot(result);
  return result;
}

const SNAPSHOT_CRC_FROM = 6;

function fitSnapshot(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  view.setUint32(2, crc32c(bytes.subarray(SNAPSHOT_CRC_FROM)));
}

function fitBatches(bytes: Uint8Array): void {
  try {
    for (const batch of readBatches(bytes)) batch.updateCrc();
  } catch (thrown) {
    if (!isLawful(thrown)) throw thrown;
  }
}
