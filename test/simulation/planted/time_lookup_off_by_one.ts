// A lookup by time passes over segments whose newest record has just that time.

import type { PlantedBug } from "./planted_bug.ts";

export const timeLookupOffByOne: PlantedBug = {
  name: "time_lookup_off_by_one",
  file: "packages/log/timestamps.ts",
  text: "segment.largestTimestamp.timestamp < timestamp",
  instead: "segment.largestTimestamp.timestamp <= timestamp",
  caughtBy: ["offset_lookup"],
};
