// A restart forgets the producers: whatever comes again is appended again.

import type { PlantedBug } from "./planted_bug.ts";

export const producersForgotten: PlantedBug = {
  name: "producers_forgotten",
  file: "packages/log/open.ts",
  text: "new ProducerStates(found?.producers ?? [])",
  instead: "new ProducerStates()",
  caughtBy: ["idempotence"],
};
