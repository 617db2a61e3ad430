// A lookup in the offset index takes the entry behind the one that is wanted.

import type { PlantedBug } from "./planted_bug.ts";

export const lookupSkipsRecord: PlantedBug = {
  name: "lookup_skips_record",
  file: "packages/log/segments/offset_index.ts",
  text: "(one) => one.offset <= relative,",
  instead: "(one) => one.offset <= relative + 1,",
  caughtBy: ["dense_offsets"],
};
