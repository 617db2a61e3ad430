// Appends are answered at once, whatever the topic or the node wants synced first.

import type { PlantedBug } from "./planted_bug.ts";

export const acknowledgedBeforeSync: PlantedBug = {
  name: "acknowledged_before_sync",
  file: "packages/broker/partitions/partition.ts",
  text: "return flushed === undefined ? appended : flushed.then(() => appended);",
  instead: "return appended;",
  caughtBy: ["acknowledged_and_synced"],
};
