// A batch that waits for a new segment is not copied: what it lies in is used again.

import type { PlantedBug } from "./planted_bug.ts";

export const batchNotCopied: PlantedBug = {
  name: "batch_not_copied",
  file: "packages/broker/partitions/partition.ts",
  text: "this.#rollAndWrite(copyOf(batch))",
  instead: "this.#rollAndWrite(batch)",
  caughtBy: ["acknowledged_and_synced", "no_bugs"],
};
