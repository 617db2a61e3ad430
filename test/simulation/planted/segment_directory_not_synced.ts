// The name of a new segment is not synced with its records.

import type { PlantedBug } from "./planted_bug.ts";

export const segmentDirectoryNotSynced: PlantedBug = {
  name: "segment_directory_not_synced",
  file: "packages/log/rolling.ts",
  text: `  list.push(await makeSegment(core, baseOffset));
  durability.hasNewNames();`,
  instead: "  list.push(await makeSegment(core, baseOffset));",
  caughtBy: ["acknowledged_and_synced"],
};
