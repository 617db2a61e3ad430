// odradek storage info: what the log directories of a configuration are, and what is wrong with
// them.

import { stat } from "node:fs/promises";
import type { CliCommand } from "../../command.ts";
import { Failure } from "../../failure.ts";
import { readProperties } from "../../flags/connection.ts";
import type { Terminal } from "../../terminal.ts";

interface InfoFlags {
  readonly config: string;
  readonly json?: boolean;
}

export const info: CliCommand = {
  name: "info",
  describe(program, terminal) {
    program.description("show what the log directories of a configuration are")
      .requiredOption("-c, --config <file>", "server.properties")
      .option("--json", "as one JSON document")
      .action((flags: InfoFlags) => show(flags, terminal));
  },
};

const DEFAULT_DIRECTORY = "/tmp/kafka-logs";
const META_FILE = "meta.properties";

async function show({ config, json }: InfoFlags, terminal: Terminal): Promise<void> {
  const directories = directoriesIn(await readProperties(config));
  const inspection = await inspect(directories);
  const { problems } = inspection;
  if (json === true) terminal.print(jsonOf(inspection));
  else tell(inspection, terminal);
  // All has been said.
  if (problems.length > 0) throw new Failure("");
}

function jsonOf({ found, metadata, problems }: Inspection): string {
  const told = metadata === undefined ? null : Object.fromEntries(metadata);
  return JSON.stringify({ directories: found, metadata: told, problems });
}

function tell({ found, metadata, problems }: Inspection, terminal: Terminal): void {
  if (found.length > 0) {
    const head = found.length === 1 ? "Found log directory:" : "Found log directories:";
    printList(terminal, head, found);
  }
  if (metadata !== undefined) {
    const sorted = [...metadata].sort(([a], [b]) => (a < b ? -1 : 1));
    const text = sorted.map(([name, value]) => `${name}=${value}`).join(", ");
    terminal.print(`Found metadata: {${text}}`);
    terminal.print("");
  }
  if (problems.length === 0) return;
  const head = problems.length === 1 ? "Found problem:" : "Found problems:";
  printList(terminal, terminal.paint("bad", head), problems);
}

function printList(terminal: Terminal, head: string, lines: readonly string[]): void {
  terminal.print(head);
  for (const line of lines) terminal.print(`  ${line}`);
  terminal.print("");
}

/** Those of the logs, and that of the metadata log. */
function directoriesIn(properties: ReadonlyMap<string, string>): string[] {
  const logs = properties.get("log.dirs") ?? properties.get("log.dir") ?? DEFAULT_DIRECTORY;
  const metadata = properties.get("metadata.log.dir");
  const all = [...logs.split(","), ...metadata === undefined ? [] : [metadata]];
  return [...new Set(all.map((path) => path.trim()).filter((path) => path !== ""))].sort();
}

interface Inspection {
  readonly found: string[];
  /** Of the first directory that has any. */
  metadata: ReadonlyMap<string, string> | undefined;
  readonly problems: string[];
}

async function inspect(directories: readonly string[]): Promise<Inspection> {
  const inspection: Inspection = { found: [], metadata: undefined, problems: [] };
  for (const directory of directories) {
    const kind = await kindOf(directory);
    if (kind === "nothing") inspection.problems.push(`${directory} does not exist`);
    else if (kind === "other") inspection.problems.push(`${directory} is not a directory`);
    else await inspectDirectory(directory, inspection);
  }
  return inspection;
}

async function inspectDirectory(directory: string, inspection: Inspection): Promise<void> {
  inspection.found.push(directory);
  const path = `${directory}/${META_FILE}`;
  if (await kindOf(path) === "nothing") {
    inspection.problems.push(`${directory} is not formatted.`);
    return;
  }
  const metadata = await readProperties(path);
  const before = inspection.metadata ??= metadata;
  for (const [key, what] of [["cluster.id", "cluster IDs"], ["node.id", "node IDs"]] as const) {
    if (before.get(key) === metadata.get(key)) continue;
    inspection.problems.push(`Mismatched ${what} between storage directories.`);
    return;
  }
}

async function kindOf(path: string): Promise<"directory" | "other" | "nothing"> {
  try {
    return (await stat(path)).isDirectory() ? "directory" : "other";
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "nothing";
    throw error;
  }
}
