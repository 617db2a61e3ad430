// odradek storage feature-dependencies: which levels of other features a level of one needs.

import {
  ELIGIBLE_LEADERS,
  METADATA_VERSION,
  metadataVersionName,
  SUPPORTED_FEATURES,
  WITH_ELIGIBLE_LEADERS,
} from "@odradek/metadata/features";
import type { CliCommand } from "../../command.ts";
import { Failure } from "../../failure.ts";
import { gatherProperty } from "../../flags/values.ts";
import type { Terminal } from "../../terminal.ts";

interface DependencyFlags {
  readonly feature: ReadonlyMap<string, string>;
  readonly json?: boolean;
}

export const featureDependencies: CliCommand = {
  name: "feature-dependencies",
  describe(program, terminal) {
    program.description("show what a level of a feature needs of others")
      .requiredOption("-f, --feature <name=level>", "one or some", gatherProperty)
      .option("--json", "as one JSON document")
      .action(({ feature, json }: DependencyFlags) => {
        const features = [...feature].map(([name, text]) => needsOf(name, levelOf(name, text)));
        if (json === true) terminal.print(JSON.stringify({ features }));
        else for (const one of features) show(one, terminal);
      });
  },
};

interface FeatureLevel {
  readonly name: string;
  readonly level: number;
}

interface Needs extends FeatureLevel {
  readonly requires: readonly FeatureLevel[];
}

function needsOf(name: string, level: number): Needs {
  // All that there are.
  const needsMore = name === ELIGIBLE_LEADERS && level > 0;
  const requires = needsMore ? [{ name: METADATA_VERSION, level: WITH_ELIGIBLE_LEADERS }] : [];
  return { name, level, requires };
}

function show({ requires, ...one }: Needs, terminal: Terminal): void {
  const shown = levelText(one);
  if (requires.length === 0) return terminal.print(`${shown} has no dependencies.`);
  terminal.print(`${shown} requires:`);
  for (const other of requires) terminal.print(`    ${levelText(other)}`);
}

function levelText({ name, level }: FeatureLevel): string {
  const release = name === METADATA_VERSION ? ` (${metadataVersionName(level)})` : "";
  return `${name}=${level}${release}`;
}

function levelOf(name: string, text: string): number {
  const supported = SUPPORTED_FEATURES.get(name);
  if (supported === undefined) throw new Failure(`Unknown feature: ${name}`);
  const level = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (level >= supported.min && level <= supported.max) return level;
  if (name === METADATA_VERSION) throw new Failure(`Unknown metadata.version ${text}`);
  throw new Failure(`Feature level ${text} is not supported for feature ${name}`);
}
