// A lookup by time passes over the record that has just that time.

import type { PlantedBug } from "./planted_bug.ts";

export const timeLookupOffByOne: PlantedBug = {
  name: "time_lookup_off_by_one",
  file: "packages/log/timestamps.ts",
  text: "(record) => record.timestamp >= timestamp",
  instead: "(record) => record.timestamp > timestamp",
  caughtBy: ["offset_lookup"],
};
