// The log directories at a start: locked, formatted, and what they say of the last stop.

import { Fault, type FileLock, type Files } from "@odradek/base";
import { type LogDirectory, online } from "@odradek/broker";
import {
  lockDirectory,
  parsePartitionDirectory,
  readCheckpoints,
  readIdentity,
  takeCleanShutdown,
} from "@odradek/log";
import { METADATA_TOPIC } from "@odradek/base";
import type { FormattedDirectory } from "./format.ts";

export interface OpenedDirectories {
  readonly logs: readonly LogDirectory[];
  /** The one of the metadata log. */
  readonly metadata: { readonly directory: FormattedDirectory; readonly wasClean: boolean };
  /** Of the last registration, from the file of a clean stop; -1: there was none. */
  readonly previousBrokerEpoch: number;
}

export interface DirectoriesOfNode {
  readonly logDirs: readonly string[];
  readonly metadataLogDir: string;
}

/** Held until the process ends. Fault with the remedy if a directory cannot be used. */
export async function lockDirectories(
  files: Files,
  paths: readonly string[],
): Promise<FileLock[]> {
  const locks: FileLock[] = [];
  for (const path of paths) {
    try {
      await makeDurably(files, path);
      locks.push(await lockDirectory(files, path));
    } catch (error) {
      if (error instanceof Fault && error.kind === "disk") throw unusable(path, error);
      throw error;
    }
  }
  return locks;
}

/**
 * Locked until the process ends: the log directories that can be used. One whose disk has failed is
 * left out, with a warning, if there are others. Fault with the remedy if all have failed, or that
 * of the metadata log, or if a directory cannot be used for another reason.
 */
export async function lockUsable(
  files: Files,
  { logDirs, metadataLogDir }: DirectoriesOfNode,
  warn: (line: string) => void,
): Promise<readonly string[]> {
  await lockDirectories(files, [metadataLogDir]);
  const usable: string[] = [];
  let failure: Fault | undefined;
  for (const path of logDirs) {
    try {
      if (path !== metadataLogDir) await lockDirectories(files, [path]);
      await readIdentity(files, path);
      await files.list(path);
      usable.push(path);
    } catch (error) {
      const cause = error instanceof Fault && error.cause instanceof Fault ? error.cause : error;
      if (!(cause instanceof Fault) || cause.kind !== "disk") throw error;
      if (path === metadataLogDir) throw error;
      failure ??= error as Fault;
      warn(`Log directory "${path}" is offline until the next start: ${cause.message}`);
    }
  }
  if (usable.length === 0 && failure !== undefined) throw failure;
  return usable;
}

/** What the cluster is told of later lies in it: its name must survive the end of the machine. */
async function makeDurably(files: Files, path: string): Promise<void> {
  const made: string[] = [];
  for (let at = path; await files.list(at) === undefined; at = parentOf(at)) made.push(at);
  await files.makeDirectory(path);
  for (const one of made) await files.syncDirectory(parentOf(one));
}

function parentOf(path: string): string {
  const slash = path.lastIndexOf("/");
  return slash < 0 ? "." : path.slice(0, slash) || "/";
}

function unusable(path: string, cause: Fault): Fault {
  return new Fault(
    "configuration",
    `Cannot use log directory "${path}": ${cause.message}; ` +
      `make it writable for this user, or set log.dirs to another directory`,
    { cause },
  );
}

/** Reads what the last stop has left, and forgets that it was in order. */
export async function openDirectories(
  files: Files,
  formatted: readonly FormattedDirectory[],
  { logDirs, metadataLogDir }: DirectoriesOfNode,
): Promise<OpenedDirectories> {
  const logs: LogDirectory[] = [];
  let metadata: OpenedDirectories["metadata"] | undefined;
  let previousBrokerEpoch = -1;
  for (const directory of formatted) {
    const { path, directoryId: id } = directory;
    const clean = await takeCleanShutdown(files, path);
    const wasClean = clean !== undefined;
    previousBrokerEpoch = Math.max(previousBrokerEpoch, clean?.brokerEpoch ?? -1);
    if (path === metadataLogDir) metadata = { directory, wasClean };
    if (!logDirs.includes(path)) continue;
    const checkpoints = await readCheckpoints(files, path);
    const replicas = await replicasIn(files, path);
    logs.push({ path, id, wasClean, checkpoints, offline: online(), replicas });
  }
  if (metadata === undefined) throw new Fault("configuration", "There is no metadata.log.dir");
  return { logs, metadata, previousBrokerEpoch };
}

async function replicasIn(files: Files, path: string): Promise<Set<string>> {
  const entries = await files.list(path) ?? [];
  return new Set(
    entries.filter(({ kind, name }) =>
      kind === "directory" && parsePartitionDirectory(name) !== undefined &&
      name !== `${METADATA_TOPIC}-0`
    ).map(({ name }) => name),
  );
}
