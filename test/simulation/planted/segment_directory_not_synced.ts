// The name of a new segment is not synced with its records.

import type { PlantedBug } from "./planted_bug.ts";

export const segmentDirectoryNotSynced: PlantedBug = {
  name: "segment_directory_not_synced",
  file: "packages/log/log.ts",
  text: `    this.#segments.push(await this.#makeSegment(baseOffset));
    this.#hasNewNames();`,
  instead: "    this.#segments.push(await this.#makeSegment(baseOffset));",
  caughtBy: ["acknowledged_and_synced"],
};
