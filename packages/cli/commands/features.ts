// odradek features: which levels the cluster has finalized, and other levels for it
// (kafka-features).

import { Admin, BrokerRefused, type FeatureChange, type Offer } from "@odradek/client";
import { METADATA_VERSION, metadataVersionName } from "@odradek/metadata/features";
import type { Command } from "commander";
import type { CliCommand } from "../command.ts";
import { Failure } from "../failure.ts";
import { addConnectionFlags, connection } from "../flags/connection.ts";
import { gather } from "../flags/values.ts";
import type { Terminal } from "../terminal.ts";
import { releaseNamed } from "./storage/releases.ts";

interface FeaturesFlags {
  readonly feature?: string[];
  readonly metadata?: string;
  readonly releaseVersion?: string;
  readonly unsafe?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

type Verb = (admin: Admin, flags: FeaturesFlags, terminal: Terminal) => Promise<void>;

export const features: CliCommand = {
  name: "features",
  describe(program, terminal) {
    // Kafka's tool has them before the verb, people have them behind it as well.
    addConnectionFlags(program, { withController: true });
    const verb = (name: string, summary: string, carryOut: Verb) => {
      const command = program.command(name).description(summary);
      addConnectionFlags(command, { withController: true });
      command.action((_, self: Command) => run(self.optsWithGlobals(), terminal, carryOut));
      return command;
    };
    verb("describe", "show what is supported and what is finalized", describe)
      .option("--json", "as one JSON document");
    const change = (name: string, summary: string, carryOut: Verb, value: string) =>
      verb(name, summary, carryOut)
        .option(`--feature <${value}>`, "a feature; repeatable", gather)
        .option("--dry-run", "only tell whether it could be done")
        .option("--json", "as one JSON document");
    change("upgrade", "raise levels", upgrade, "name=level")
      .option("--metadata <version>", "as --feature metadata.version=<level of the version>");
    change("downgrade", "lower levels", downgrade, "name=level")
      .option("--metadata <version>", "as --feature metadata.version=<level of the version>")
      .option("--unsafe", "even if something would be lost");
    change("disable", "lower levels to 0", disable, "name")
      .option("--unsafe", "even if something would be lost");
  },
};

async function run(flags: FeaturesFlags, terminal: Terminal, carryOut: Verb): Promise<void> {
  const { cluster } = await connection({ ...flags }, { terminal });
  await using _ = cluster;
  await carryOut(new Admin(cluster), flags, terminal);
}

const describe: Verb = async (admin, { json }, terminal) => {
  const offer = await admin.apiVersions();
  if (json === true) return terminal.print(jsonOf(offer));
  for (const line of featureLines(offer)) terminal.print(line);
};

/** By name. */
export function featureLines(offer: Offer): string[] {
  const { supportedFeatures, finalizedFeatures, featuresEpoch } = offer;
  return namesIn(offer).map((name) => {
    const [min = 0, max = 0] = supportedFeatures.get(name) ?? [];
    const level = finalizedFeatures.get(name) ?? 0;
    const epoch = featuresEpoch < 0 ? "-" : `${featuresEpoch}`;
    return [
      `Feature: ${name.padEnd(42)}`,
      `SupportedMinVersion: ${levelText(name, min).padEnd(17)}`,
      `SupportedMaxVersion: ${levelText(name, max).padEnd(17)}`,
      `FinalizedVersionLevel: ${levelText(name, level).padEnd(17)}`,
      `Epoch: ${epoch}`,
    ].join("");
  });
}

function namesIn({ supportedFeatures, finalizedFeatures }: Offer): string[] {
  return [...new Set([...supportedFeatures.keys(), ...finalizedFeatures.keys()])].sort();
}

function levelText(name: string, level: number): string {
  const text = name === METADATA_VERSION ? metadataVersionName(level) : undefined;
  return text ?? `${level}`;
}

function jsonOf(offer: Offer): string {
  return JSON.stringify({
    epoch: offer.featuresEpoch,
    features: namesIn(offer).map((name) => {
      const [min = 0, max = 0] = offer.supportedFeatures.get(name) ?? [];
      return { name, min, max, finalized: offer.finalizedFeatures.get(name) ?? 0 };
    }),
  });
}

const upgrade: Verb = (admin, flags, terminal) =>
  change({ admin, flags, terminal, verb: "upgrade", way: "upgrade" });

const downgrade: Verb = (admin, flags, terminal) => {
  const way = flags.unsafe === true ? "unsafe downgrade" : "safe downgrade";
  return change({ admin, flags, terminal, verb: "downgrade", way });
};

const disable: Verb = (admin, flags, terminal) => {
  const way = flags.unsafe === true ? "unsafe downgrade" : "safe downgrade";
  const feature = (flags.feature ?? []).map((name) => `${name}=0`);
  return change({ admin, flags: { ...flags, feature }, terminal, verb: "disable", way });
};

interface Change {
  readonly admin: Admin;
  readonly flags: FeaturesFlags;
  readonly terminal: Terminal;
  readonly verb: "upgrade" | "downgrade" | "disable";
  readonly way: FeatureChange["way"];
}

/** All in one request: it is for all or for none. */
async function change({ admin, flags, terminal, verb, way }: Change): Promise<void> {
  const changes = changesOf(flags);
  const isDry = flags.dryRun === true;
  try {
    const wanted = changes.map((one) => ({ ...one, way }));
    await admin.updateFeatures(wanted, { validateOnly: isDry });
  } catch (error) {
    if (!(error instanceof BrokerRefused)) throw error;
    if (flags.json === true) {
      const { error: name, message } = error;
      terminal.print(JSON.stringify({ verb, isDry, changes, error: name, message }));
      throw new Failure("");
    }
    const can = isDry ? "Can not" : "Could not";
    for (const { feature, level } of changes) {
      const what = terminal.paint("bad", `${can} ${verb} ${feature}${levelPart(verb, level)}.`);
      terminal.print(`${what} ${error.message}`);
    }
    throw new Failure(`${changes.length} out of ${changes.length} operation(s) failed.`);
  }
  if (flags.json === true) return terminal.print(JSON.stringify({ verb, isDry, changes }));
  const done = isDry ? `can be ${verb}d` : `was ${verb}d`;
  for (const { feature, level } of changes) {
    terminal.print(`${feature} ${done}${levelPart(verb, level)}.`);
  }
}

function levelPart(verb: Change["verb"], level: number): string {
  return verb === "disable" ? "" : ` to ${level}`;
}

function changesOf({ feature = [], metadata }: FeaturesFlags) {
  const changes = feature.map((text) => {
    const [, name, level] = /^\s*([^=]+?)\s*=\s*(-?\d+)\s*$/.exec(text) ?? [];
    if (name !== undefined && level !== undefined) return { feature: name, level: Number(level) };
    throw new Failure(`Cannot parse --feature ${text}: it must be name=level, level a number`);
  });
  if (metadata !== undefined) {
    const level = releaseNamed(metadata).levels.get(METADATA_VERSION) ?? 0;
    changes.push({ feature: METADATA_VERSION, level });
  }
  if (changes.length === 0) throw new Failure("You must specify at least one --feature");
  return changes;
}
