// The leader epochs of a partition on disk.

import type { Files } from "@odradek/base";
import { LEADER_EPOCH_FILE, parseEpochs, readText } from "./directories/checkpoints.ts";
import { LeaderEpochs } from "./epochs.ts";

/** Empty if there is no file. */
export async function loadEpochs(
  files: Files,
  directory: string,
): Promise<LeaderEpochs> {
  const path = `${directory}/${LEADER_EPOCH_FILE}`;
  const text = await readText(files, path);
  return new LeaderEpochs(text === undefined ? [] : parseEpochs(text, path));
}
