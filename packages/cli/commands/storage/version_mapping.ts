// odradek storage version-mapping: which level each feature has in a cluster that begins with a
// release.

import { METADATA_VERSION } from "@odradek/metadata/features";
import type { CliCommand } from "../../command.ts";
import type { Terminal } from "../../terminal.ts";
import { releaseNamed } from "./releases.ts";

interface VersionMappingFlags {
  readonly releaseVersion?: string;
  readonly json?: boolean;
}

export const versionMapping: CliCommand = {
  name: "version-mapping",
  describe(program, terminal) {
    program.description("show the levels of all features in a release")
      .option("-r, --release-version <version>", "as 4.2 or 4.2-IV1; the newest if absent")
      .option("--json", "as one JSON document")
      .action((flags: VersionMappingFlags) => show(flags, terminal));
  },
};

function show({ releaseVersion, json }: VersionMappingFlags, terminal: Terminal): void {
  const { name, levels } = releaseNamed(releaseVersion);
  if (json === true) {
    const features = Object.fromEntries(levels);
    return terminal.print(JSON.stringify({ metadataVersion: name, features }));
  }
  for (const [feature, level] of levels) {
    terminal.print(`${feature}=${level}${feature === METADATA_VERSION ? ` (${name})` : ""}`);
  }
}
