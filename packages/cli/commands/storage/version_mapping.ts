// odradek storage version-mapping: which level each feature has in a cluster that begins with a
// release.

import { FRESH_METADATA_VERSION, metadataVersionName } from "@odradek/metadata/features";
import type { CliCommand } from "../../command.ts";
import { Failure } from "../../failure.ts";
import type { Terminal } from "../../terminal.ts";

/** Metadata version from which on a feature has a level, the highest first; 0 before. */
const FEATURES: readonly (readonly [name: string, since: readonly [number, number][]])[] = [
  ["kraft.version", [[21, 1]]],
  ["transaction.version", [[24, 2]]],
  ["group.version", [[22, 1]]],
  ["eligible.leader.replicas.version", [[26, 1]]],
  ["share.version", [[33, 2], [28, 1]]],
  ["streams.version", [[29, 1]]],
];

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

function show(release: string | undefined, terminal: Terminal): void {
  const names = metadataVersions();
  const [level, name] = release === undefined
    ? [FRESH_METADATA_VERSION, metadataVersionName(FRESH_METADATA_VERSION)]
    : [levelOf(release, names), release];
  terminal.print(`metadata.version=${level} (${name})`);
  for (const [feature, since] of FEATURES) {
    const at = since.find(([from]) => level >= from)?.[1] ?? 0;
    terminal.print(`${feature}=${at}`);
  }
}

/** By level. */
function metadataVersions(): Map<number, string> {
  const all = Array.from({ length: 100 }, (_, level) => [level, metadataVersionName(level)]);
  return new Map(all.filter((one): one is [number, string] => one[1] !== undefined));
}

/** A release without an addition stands for the last of it. */
function levelOf(release: string, names: ReadonlyMap<number, string>): number {
  const matches = [...names].filter(([, name]) =>
    name === release || name.startsWith(`${release}-`)
  );
  const last = matches.at(-1);
  if (last !== undefined) return last[0];
  const all = [...names.values()].join(", ");
  throw new Failure(
    `Unknown metadata.version '${release}'. Supported metadata.version are: ${all}`,
  );
}
