// Recovery finds where a log ends, and leaves what a torn write has left behind it.

import type { PlantedBug } from "./planted_bug.ts";

export const tornTailKept: PlantedBug = {
  name: "torn_tail_kept",
  file: "packages/log/recovery.ts",
  text: "await file.truncate(validBytes);",
  instead: "",
  caughtBy: ["acknowledged_and_synced", "dense_offsets"],
};
