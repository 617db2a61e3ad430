// A log directory: its identity (`meta.properties`), its lock, what it says of the last stop, and
// the checkpoint files that all its partitions share.

import { Fault, type FileLock, type Files, isUuid, type Uuid } from "@odradek/base";
import {
  CLEANER_FILE,
  formatOffsets,
  HIGH_WATERMARK_FILE,
  LOG_START_FILE,
  parseOffsets,
  type PartitionOffsets,
  readText,
  RECOVERY_POINT_FILE,
  replaceFile,
} from "./checkpoints.ts";

export const META_FILE = "meta.properties";
const LOCK_FILE = ".lock";
const CLEAN_SHUTDOWN_FILE = ".kafka_cleanshutdown";

/** What a formatted directory says of itself. */
export interface DirectoryIdentity {
  readonly clusterId: string;
  readonly nodeId: number;
  readonly directoryId: Uuid;
}

/** Undefined if the directory is not formatted. Fault "corrupt" if the file cannot be used. */
export async function readIdentity(
  files: Files,
  path: string,
): Promise<DirectoryIdentity | undefined> {
  const text = await readText(files, `${path}/${META_FILE}`);
  if (text === undefined) return undefined;
  const values = new Map(text.split("\n").map(propertyOf));
  const version = values.get("version");
  const nodeId = values.get(version === "0" ? "broker.id" : "node.id") ?? "";
  const clusterId = values.get("cluster.id") ?? "";
  const directoryId = values.get("directory.id") ?? "";
  if (!/^\d+$/.test(nodeId) || clusterId === "" || !isUuid(directoryId)) {
    throw new Fault(
      "corrupt",
      `Cannot use "${path}/${META_FILE}": node.id, cluster.id or directory.id is missing`,
    );
  }
  return { clusterId, nodeId: Number(nodeId), directoryId };
}

/** `name=value`, `name: value` or `name value`; a comment has a name that nobody asks for. */
function propertyOf(line: string): [name: string, value: string] {
  const trimmed = line.trim();
  const [name = ""] = trimmed.split(/[=:\s]/, 1);
  const rest = trimmed.slice(name.length).trimStart();
  return [name, /^[=:]/.test(rest) ? rest.slice(1).trimStart() : rest];
}

/** Formats a directory. What stands there is left alone. */
export async function writeIdentity(
  files: Files,
  path: string,
  identity: DirectoryIdentity & { readonly now: number },
): Promise<void> {
  await files.makeDirectory(path);
  const lines = [
    "#",
    `#${javaDate(identity.now)}`,
    `node.id=${identity.nodeId}`,
    `directory.id=${identity.directoryId}`,
    "version=1",
    `cluster.id=${identity.clusterId}`,
  ];
  await replaceFile(files, `${path}/${META_FILE}`, lines.join("\n") + "\n");
}

/** `Sun Nov 22 16:13:55 UTC 2026`, as Java's properties are dated. */
function javaDate(now: number): string {
  const [weekday, day, month, year, time] = new Date(now).toUTCString().replace(
    ",",
    "",
  ).split(" ");
  return `${weekday} ${month} ${day} ${time} UTC ${year}`;
}

/** Held while the node runs. Fault "in use", with the remedy, if another process has it. */
export async function lockDirectory(
  files: Files,
  path: string,
): Promise<FileLock> {
  try {
    return await files.lock(`${path}/${LOCK_FILE}`);
  } catch (error) {
    if (!(error instanceof Fault) || error.kind !== "in use") throw error;
    throw new Fault(
      "in use",
      `Cannot use log directory "${path}": another process has locked it; ` +
        `stop that one, or set log.dirs to another directory`,
      { cause: error },
    );
  }
}

export interface CleanShutdown {
  /** Of the broker's last registration; -1 if it is not told. */
  readonly brokerEpoch: number;
}

/**
 * Whether the last stop was in order, and forgets it: from here on a crash must be seen as one.
 */
export async function takeCleanShutdown(
  files: Files,
  path: string,
): Promise<CleanShutdown | undefined> {
  const file = `${path}/${CLEAN_SHUTDOWN_FILE}`;
  const text = await readText(files, file);
  if (text === undefined) return undefined;
  await files.remove(file);
  await files.syncDirectory(path);
  const epoch = /"brokerEpoch"\s*:\s*(-?\d+)/.exec(text)?.[1];
  return { brokerEpoch: epoch === undefined ? -1 : Number(epoch) };
}

/** The last thing that a stop in order writes. */
export async function writeCleanShutdown(
  files: Files,
  path: string,
  { brokerEpoch }: CleanShutdown,
): Promise<void> {
  const text = JSON.stringify({ version: 0, brokerEpoch });
  await replaceFile(files, `${path}/${CLEAN_SHUTDOWN_FILE}`, text);
}

/** What all partitions of a directory have written down together. */
export interface Checkpoints {
  readonly recoveryPoints: PartitionOffsets;
  readonly logStarts: PartitionOffsets;
  readonly highWatermarks: PartitionOffsets;
  /** Where compaction goes on. */
  readonly compactedTo: PartitionOffsets;
}

export async function readCheckpoints(
  files: Files,
  path: string,
): Promise<Checkpoints> {
  const read = async (name: string): Promise<PartitionOffsets> => {
    const text = await readText(files, `${path}/${name}`);
    return text === undefined ? new Map() : parseOffsets(text, `${path}/${name}`);
  };
  return {
    recoveryPoints: await read(RECOVERY_POINT_FILE),
    logStarts: await read(LOG_START_FILE),
    highWatermarks: await read(HIGH_WATERMARK_FILE),
    compactedTo: await read(CLEANER_FILE),
  };
}

/** Writes those that are given. */
export async function writeCheckpoints(
  files: Files,
  path: string,
  checkpoints: Partial<Checkpoints>,
): Promise<void> {
  const write = async (
    name: string,
    offsets: PartitionOffsets | undefined,
  ): Promise<void> => {
    if (offsets !== undefined) {
      await replaceFile(files, `${path}/${name}`, formatOffsets(offsets));
    }
  };
  await write(RECOVERY_POINT_FILE, checkpoints.recoveryPoints);
  await write(LOG_START_FILE, checkpoints.logStarts);
  await write(HIGH_WATERMARK_FILE, checkpoints.highWatermarks);
  await write(CLEANER_FILE, checkpoints.compactedTo);
}
