// The high watermark of the checkpoint is trusted, also where the log is shorter.

import type { PlantedBug } from "./planted_bug.ts";

export const highWatermarkBeyondEnd: PlantedBug = {
  name: "high_watermark_beyond_end",
  file: "packages/broker/partitions/replica/replica.ts",
  text: "Math.min(options.highWatermark, endOffset)",
  instead: "options.highWatermark",
  caughtBy: ["no_bugs", "liveness"],
};
