// odradek quorum add-controller, remove-controller: who votes on the metadata (KIP-853;
// kafka-metadata-quorum). What is to be added is told by the properties file of that controller.

import { join } from "node:path";
import { isUuid, reason, type Uuid } from "@odradek/base";
import { Admin, type VoterEndpoint } from "@odradek/client";
import { parseNamedAddress } from "@odradek/metadata/configs/mod";
import type { Command } from "commander";
import { Failure } from "../../failure.ts";
import { connection, readProperties } from "../../flags/connection.ts";
import type { Terminal } from "../../terminal.ts";

type Properties = ReadonlyMap<string, string>;

interface AddFlags {
  readonly commandConfig?: string;
  readonly dryRun?: boolean;
}

interface RemoveFlags {
  readonly controllerId: string;
  readonly controllerDirectoryId: string;
  readonly dryRun?: boolean;
}

const IS_IT = "Is this a valid controller configuration file?";
const ASSUMED_HOST = "localhost";

export function describeAddController(command: Command, terminal: Terminal): void {
  command
    .option("--dry-run", "show what would be added")
    .action((_, own: Command) => add(own.optsWithGlobals(), terminal));
}

export function describeRemoveController(command: Command, terminal: Terminal): void {
  command
    .requiredOption("-i, --controller-id <id>", "of the controller")
    .requiredOption("-d, --controller-directory-id <id>", "of its metadata log")
    .option("--dry-run", "show what would be removed")
    .action((_, own: Command) => remove(own.optsWithGlobals(), terminal));
}

async function add(flags: AddFlags, terminal: Terminal): Promise<void> {
  const { commandConfig, dryRun } = flags;
  if (commandConfig === undefined) {
    throw new Failure("--command-config is missing: the properties file of the controller to add");
  }
  const properties = await readProperties(commandConfig);
  const id = controllerIdOf(properties);
  const directoryId = await directoryIdOf(metadataDirectoryOf(properties));
  const endpoints = endpointsOf(properties);
  if (dryRun !== true) {
    await changed(flags, terminal, (admin) => admin.addVoter({ id, directoryId, endpoints }));
  }
  const where = endpoints.map(({ name, host, port }) => {
    return `${name}://${host.includes(":") ? `[${host}]` : host}:${port}`;
  });
  const done = dryRun === true ? "DRY RUN of adding" : "Added";
  const what = `controller ${id} with directory id ${directoryId}`;
  terminal.print(`${done} ${what} and endpoints: ${where.join(", ")}`);
}

async function remove(flags: RemoveFlags, terminal: Terminal): Promise<void> {
  const { controllerId, controllerDirectoryId: directoryId, dryRun } = flags;
  const id = Number(controllerId);
  if (!Number.isInteger(id)) {
    throw new Failure(`--controller-id takes a whole number, not "${controllerId}"`);
  }
  if (id < 0) throw new Failure(`Invalid negative --controller-id: ${id}`);
  if (!isUuid(directoryId)) {
    throw new Failure(`Failed to parse --controller-directory-id: "${directoryId}" is no id`);
  }
  if (dryRun !== true) {
    await changed(flags, terminal, (admin) => admin.removeVoter({ id, directoryId }));
  }
  const done = dryRun === true ? "DRY RUN of removing" : "Removed";
  terminal.print(`${done}  KRaft controller ${id} with directory id ${directoryId}`);
}

async function changed(
  flags: object,
  terminal: Terminal,
  change: (admin: Admin) => Promise<void>,
): Promise<void> {
  const { cluster } = await connection({ ...flags }, { terminal });
  await using _ = cluster;
  await change(new Admin(cluster));
}

function controllerIdOf(properties: Properties): number {
  const text = properties.get("node.id");
  if (text === undefined) throw new Failure(`node.id not found in configuration file. ${IS_IT}`);
  const id = Number(text);
  if (!Number.isInteger(id)) throw new Failure(`node.id="${text}" is no number. ${IS_IT}`);
  if (id < 0) throw new Failure(`node.id was negative in configuration file. ${IS_IT}`);
  if (properties.get("process.roles")?.includes("controller") !== true) {
    throw new Failure(`process.roles did not contain 'controller' in configuration file. ${IS_IT}`);
  }
  return id;
}

function metadataDirectoryOf(properties: Properties): string {
  const first = properties.get("log.dirs")?.trim().split(",")[0];
  const directory = properties.get("metadata.log.dir") ?? first;
  if (directory === undefined) {
    throw new Failure(`Neither metadata.log.dir nor log.dirs were found. ${IS_IT}`);
  }
  return directory;
}

async function directoryIdOf(directory: string): Promise<Uuid> {
  let properties: Properties;
  try {
    properties = await readProperties(join(directory, "meta.properties"));
  } catch (error) {
    throw new Failure(`Unable to read meta.properties from ${directory}: ${reason(error)}`);
  }
  const id = properties.get("directory.id");
  if (id === undefined || !isUuid(id)) throw new Failure(`No directory id found in ${directory}`);
  return id;
}

/** Where it is advertised counts, else where it listens. */
function endpointsOf(properties: Properties): VoterEndpoint[] {
  const names = properties.get("controller.listener.names");
  if (names === undefined) throw new Failure(`controller.listener.names was not found. ${IS_IT}`);
  const listed = ["listeners", "advertised.listeners"].flatMap((key) =>
    (properties.get(key) ?? "").split(",").map((text) => parseNamedAddress(text.trim()))
  );
  return names.split(",").map((text) => {
    const name = text.trim().toUpperCase();
    const found = listed.findLast((one) => one?.name === name);
    if (found !== undefined) return { name, host: found.host || ASSUMED_HOST, port: found.port };
    throw new Failure(`Cannot find information about controller listener name: ${name}`);
  });
}
