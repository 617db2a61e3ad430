// odradek storage format: makes the log directories of a configuration a node's own, before its
// first start.

import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { type Files, isUuid, reason, systemClock, systemRandom } from "@odradek/base";
import { diskFiles } from "@odradek/log/disk/files";
import { type NodeConfig, readNodeConfig } from "@odradek/metadata/configs/mod";
import {
  freshLevels,
  KRAFT_VERSION,
  METADATA_VERSION,
  metadataVersionName,
  problemOfDependency,
  SUPPORTED_FEATURES,
} from "@odradek/metadata/features";
import type { MetadataRecordDraft } from "@odradek/protocol/schemas/metadata/mod";
import type { CliCommand } from "../../command.ts";
import { Failure } from "../../failure.ts";
import { gather, gatherProperty } from "../../flags/values.ts";
import { lockDirectories } from "../../node/directories.ts";
import { type FirstMetadata, formatDirectories } from "../../node/format.ts";
import { clusterIdOf, directoriesOf, readIdentities } from "../../node/identities.ts";
import type { Terminal } from "../../terminal.ts";
import { firstQuorum, type QuorumFlags } from "./quorum_flags.ts";
import { releaseNamed } from "./releases.ts";
import { scramCredential } from "./scram_credential.ts";

interface FormatFlags extends QuorumFlags {
  readonly config: string;
  readonly clusterId: string;
  readonly ignoreFormatted?: true;
  readonly releaseVersion?: string;
  readonly feature?: ReadonlyMap<string, string>;
  readonly addScram?: readonly string[];
  readonly json?: boolean;
}

export const format: CliCommand = {
  name: "format",
  describe(program, terminal) {
    program.description("make the log directories of a configuration a node's own")
      .requiredOption("-c, --config <file>", "server.properties")
      .requiredOption("-t, --cluster-id <id>", "from storage random-uuid; the same on all nodes")
      .option("-g, --ignore-formatted", "leave alone what is formatted, and format the rest")
      .option("-s, --standalone", "this controller is the only voter at first")
      .option("-I, --initial-controllers <id@host:port:directoryId,…>", "the first voters")
      .option("-N, --no-initial-controllers", "this node learns from the quorum who votes")
      .option("-r, --release-version <version>", "of the metadata, as 4.2 or 4.2-IV1")
      .option(
        "-f, --feature <name=level>",
        "a feature that the cluster begins with",
        gatherProperty,
      )
      .option("-S, --add-scram <MECHANISM=[name=…,password=…]>", "a user to begin with", gather)
      .option("--json", "as one JSON document")
      .action((flags: FormatFlags) => run(flags, terminal));
  },
};

async function run(flags: FormatFlags, terminal: Terminal): Promise<void> {
  const node = await readNode(flags, terminal);
  const level = releaseNamed(flags.releaseVersion).levels.get(METADATA_VERSION) ?? 0;
  const quorum = firstQuorum(flags, node);
  const first: FirstMetadata = {
    records: firstRecords(flags, { level, node }),
    voters: quorum.voters,
    directoryId: quorum.directoryId,
  };
  const files = diskFiles({ clock: systemClock });
  const locks = await lockDirectories(files, directoriesOf(node));
  try {
    const fresh = await formatAll(node, { files, first, isAgain: flags.ignoreFormatted === true });
    const metadataVersion = metadataVersionName(level);
    const formatted = fresh.map((directory) => ({
      directory,
      kind: directory === node.metadataLogDir ? quorum.kind : "data directory",
      metadataVersion,
    }));
    if (flags.json === true) return terminal.print(JSON.stringify({ formatted }));
    for (const { directory, kind } of formatted) {
      terminal.print(`Formatting ${kind} ${directory} with metadata.version ${metadataVersion}.`);
    }
    if (fresh.length === 0) terminal.print("All of the log directories are already formatted.");
  } finally {
    for (const lock of locks) await lock.release();
  }
}

interface Formatting {
  readonly files: Files;
  readonly first: FirstMetadata;
  /** Whether some may be formatted already. */
  readonly isAgain: boolean;
}

/** Those that were formatted. */
async function formatAll(node: NodeConfig, { files, first, isAgain }: Formatting) {
  const [some] = (await readIdentities(node, files)).keys();
  if (some !== undefined && !isAgain) {
    throw new Failure(
      `Log directory ${some} is already formatted. Use --ignore-formatted to ignore this ` +
        `directory and format the others.`,
    );
  }
  const context = { files, clock: systemClock, random: systemRandom };
  return (await formatDirectories(node, first, context)).fresh;
}

/** As `start` would read it, with absolute paths. */
async function readNode(
  { config, clusterId }: FormatFlags,
  terminal: Terminal,
): Promise<NodeConfig> {
  const properties = await readFile(config, "utf8").catch((error: unknown) => {
    throw new Failure(`Cannot read "${config}": ${reason(error)}`);
  });
  const { node, warnings } = readNodeConfig({
    properties,
    propertiesName: config,
    environment: terminal.environment,
    overrides: [],
  });
  for (const warning of warnings) terminal.remark(warning, "warning");
  if (!isUuid(clusterId)) {
    const what = `"${clusterId}" is no uuid: the cluster is ${clusterIdOf(clusterId)}`;
    terminal.remark(what, "warning");
  }
  const logDirs = node.logDirs.map((path) => resolve(path));
  return { ...node, clusterId, logDirs, metadataLogDir: resolve(node.metadataLogDir) };
}

function firstRecords(
  { feature = new Map(), addScram = [] }: FormatFlags,
  { level, node }: { readonly level: number; readonly node: NodeConfig },
): MetadataRecordDraft[] {
  const levels = freshLevels(level);
  for (const [name, text] of feature) {
    const asked = levelOf(name, text);
    if (name !== KRAFT_VERSION) levels.set(name, asked);
    else checkQuorumVersion(asked, node);
  }
  for (const [name, one] of levels) {
    const problem = problemOfDependency(name, one, levels);
    if (problem !== undefined) throw new Failure(problem);
  }
  // A level of 0 is the same as none.
  const features = [...levels].filter(([, one]) => one > 0).map(([name, featureLevel]) =>
    ({ type: "FeatureLevelRecord", name, featureLevel }) as const
  );
  return [...features, ...addScram.map(scramCredential)];
}

function levelOf(name: string, text: string): number {
  const supported = SUPPORTED_FEATURES.get(name);
  if (supported === undefined || name === METADATA_VERSION) {
    const known = [...SUPPORTED_FEATURES.keys()].filter((one) => one !== METADATA_VERSION).sort();
    throw new Failure(
      `Unsupported feature: ${name}. Supported features are: ${known.join(", ")}`,
    );
  }
  const level = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (level >= supported.min && level <= supported.max) return level;
  throw new Failure(`No feature:${name} with feature level ${text}`);
}

/** Fixed voters are the sign of version 0, and all others of 1: it cannot be chosen besides. */
function checkQuorumVersion(level: number, { quorum: { kind } }: NodeConfig): void {
  if ((kind === "static") === (level === 0)) return;
  throw new Failure(
    level === 0
      ? `Cannot set kraft.version to 0 without controller.quorum.voters`
      : `Cannot set kraft.version to ${level} with controller.quorum.voters`,
  );
}
