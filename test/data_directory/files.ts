// An archived data directory, unpacked; and which segments are in it.

import { execFile } from "node:child_process";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { type ExpectedSegment, nameOf, type PartitionName } from "./expected.ts";

/** The one folder that the archive holds. */
export async function unpack(archive: string, folder: string): Promise<string> {
  await promisify(execFile)("tar", ["-xzf", archive, "-C", folder]);
  const [name, ...others] = await readdir(folder);
  if (name !== undefined && others.length === 0) return join(folder, name);
  throw new Error(`Cannot use ${archive}: it does not hold one folder, and nothing else`);
}

export async function segmentsOf(dataDir: string, name: PartitionName): Promise<ExpectedSegment[]> {
  const folder = join(dataDir, nameOf(name));
  const logs = (await readdir(folder)).filter((file) => file.endsWith(".log")).sort();
  return await Promise.all(logs.map(async (file) => ({
    baseOffset: Number.parseInt(file, 10),
    logBytes: (await stat(join(folder, file))).size,
  })));
}
