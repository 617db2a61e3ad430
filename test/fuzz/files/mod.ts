import type { Target } from "../target.ts";
import { Dumps } from "./dumps.ts";
import { metadataLogTargets } from "./metadata_log.ts";
import { partitionTargets, sampleDirectory } from "./partition.ts";
import { smallFileTargets } from "./small.ts";

/** All that reads files of data directories, until it is disposed of. */
export interface FileTargets extends AsyncDisposable {
  readonly targets: readonly Target[];
}

export async function fileTargets(): Promise<FileTargets> {
  const directories = [await sampleDirectory()];
  const dumps = new Dumps(directories);
  return {
    targets: [
      ...smallFileTargets,
      ...metadataLogTargets,
      ...partitionTargets(directories),
      ...dumps.targets,
    ],
    [Symbol.asyncDispose]: () => dumps[Symbol.asyncDispose](),
  };
}
