// The last sequence of a producer is one too high when it comes out of a snapshot.

import type { PlantedBug } from "./planted_bug.ts";

export const sequenceOffByOne: PlantedBug = {
  name: "sequence_off_by_one",
  file: "packages/log/producers/snapshot.ts",
  text: "const lastSequence = reader.int32();",
  instead: "const lastSequence = reader.int32() + 1;",
  caughtBy: ["acknowledged_and_synced", "idempotence"],
};
