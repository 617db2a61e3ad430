import type { Target } from "../target.ts";
import { batchTargets } from "./batches.ts";
import { compressionTargets } from "./compression.ts";
import { connectionTargets } from "./connections.ts";
import { messageTargets, readSamples } from "./messages.ts";
import { storedTargets } from "./stored.ts";

/** All that decodes what comes over connections, or is kept in records. */
export async function frameTargets(): Promise<Target[]> {
  const samples = await readSamples();
  return [
    ...messageTargets(samples),
    ...connectionTargets(samples),
    ...storedTargets(samples),
    ...batchTargets,
    ...compressionTargets,
  ];
}
