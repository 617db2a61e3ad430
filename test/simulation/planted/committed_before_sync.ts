// The quorum counts what is appended to its log as written before it is synced.

import type { PlantedBug } from "./planted_bug.ts";

export const committedBeforeSync: PlantedBug = {
  name: "committed_before_sync",
  file: "packages/controller/quorum/quorum.ts",
  text: `        await this.#log.flush();
        this.#stepWritten();
`,
  instead: `        const endOffset = offset(this.#log.endOffset);
        this.#step({ type: "written", endOffset, epoch: this.#raft.state.epoch });
        await this.#log.flush();
`,
  caughtBy: ["metadata_image"],
};
