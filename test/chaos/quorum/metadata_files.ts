// What the controllers have left on their disks: their metadata logs folded again, and their
// snapshots compared byte for byte. Read while no node runs.

import { readdir, readFile } from "node:fs/promises";
import {
  applyBatch,
  type ClusterImage,
  EMPTY_STATE,
  metadataBatch,
  type MetadataState,
} from "@odradek/metadata";
import { imageLines } from "@odradek/metadata/testing/image_of";
import { readBatches } from "@odradek/protocol/records/batch";
import { segmentsIn } from "../../integration/log_files.ts";

/** The image that a log from its very first record on makes, up to an offset. */
export async function imageOfLog(folder: string, upTo = Infinity): Promise<ClusterImage> {
  let state: MetadataState = EMPTY_STATE;
  for (const path of await segmentsIn(folder)) {
    for (const batch of readBatches(await readFile(path))) {
      if (batch.nextOffset > upTo) return state.image;
      state = applyBatch(state, metadataBatch(batch));
    }
  }
  return state.image;
}

/** In one line each; empty: they are the same as far as all of them go. */
export async function differencesOfImages(folders: readonly string[]): Promise<string[]> {
  const whole = await Promise.all(folders.map((folder) => imageOfLog(folder)));
  const upTo = Math.min(...whole.map(({ endOffset }) => endOffset));
  const images = await Promise.all(folders.map((folder) => imageOfLog(folder, upTo)));
  const [first = [], ...others] = images.map(imageLines);
  return others.flatMap((lines, i) => {
    const at = lines.findIndex((line, n) => line !== first[n]);
    if (at < 0 && lines.length === first.length) return [];
    return [`image ${i + 2} differs: ${lines[at]} instead of ${first[at]}`];
  });
}

export interface ComparedSnapshots {
  /** Of the same offset on at least two nodes. */
  readonly compared: number;
  readonly differences: readonly string[];
}

export async function compareSnapshots(folders: readonly string[]): Promise<ComparedSnapshots> {
  const byName = new Map<string, Buffer[]>();
  for (const folder of folders) {
    for (const name of await readdir(folder)) {
      // That of offset 0 is what each was formatted with.
      if (!name.endsWith(".checkpoint") || /^0{20}-/.test(name)) continue;
      const bytes = await readFile(`${folder}/${name}`);
      byName.set(name, [...byName.get(name) ?? [], bytes]);
    }
  }
  const several = [...byName].filter(([, files]) => files.length > 1);
  const differences = several
    .filter(([, [first, ...others]]) => others.some((one) => !one.equals(first as Buffer)))
    .map(([name]) => `snapshot ${name} is not the same on all nodes`);
  return { compared: several.length, differences };
}

/** How often brokers were fenced, by the log, behind an offset. */
export async function fencedBehind(folder: string, offset: number): Promise<number> {
  let count = 0;
  for (const path of await segmentsIn(folder)) {
    for (const batch of readBatches(await readFile(path))) {
      if (batch.baseOffset < offset) continue;
      count += metadataBatch(batch).records.filter((record) =>
        record.type === "FenceBrokerRecord" ||
        (record.type === "BrokerRegistrationChangeRecord" && record.fenced === 1)
      ).length;
    }
  }
  return count;
}
