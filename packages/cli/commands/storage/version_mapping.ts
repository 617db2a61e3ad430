// odradek storage version-mapping: which level each feature has in a cluster that begins with a
// release.

import { METADATA_VERSION } from "@odradek/metadata/features";
import type { CliCommand } from "../../command.ts";
import type { Terminal } from "../../terminal.ts";
import { releaseNamed } from "./releases.ts";

interface VersionMappingFlags {
  readonly releaseVersion?: string;
}

export const versionMapping: CliCommand = {
  name: "version-mapping",
  describe(program, terminal) {
    program.description("show the levels of all features in a release")
      .option("-r, --release-version <version>", "as 4.2 or 4.2-IV1; the newest if absent")
      .action(({ releaseVersion }: VersionMappingFlags) => show(releaseVersion, terminal));
  },
};

function show(version: string | undefined, terminal: Terminal): void {
  const { name, levels } = releaseNamed(version);
  for (const [feature, level] of levels) {
    terminal.print(`${feature}=${level}${feature === METADATA_VERSION ? ` (${name})` : ""}`);
  }
}
