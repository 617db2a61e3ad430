// odradek storage: log directories, without a node (kafka-storage). One file per verb in storage/.

import type { CliCommand } from "../command.ts";
import { featureDependencies } from "./storage/feature_dependencies.ts";
import { format } from "./storage/format.ts";
import { info } from "./storage/inspect.ts";
import { randomId } from "./storage/random_uuid.ts";
import { versionMapping } from "./storage/version_mapping.ts";

const VERBS: readonly CliCommand[] = [format, info, versionMapping, featureDependencies, randomId];

export const storage: CliCommand = {
  name: "storage",
  describe(program, terminal) {
    for (const verb of VERBS) verb.describe(program.command(verb.name), terminal);
  },
};
