// Whose the log directories are: what belongs to another cluster or node is refused, and so is what
// holds something without saying what it is.

import { createHash } from "node:crypto";
import { Fault, type Files, isUuid, METADATA_TOPIC, type Uuid } from "@odradek/base";
import { BOOTSTRAP_FILE } from "@odradek/controller";
import { type DirectoryIdentity, META_FILE, readIdentity } from "@odradek/log";
import type { NodeConfig } from "@odradek/metadata/configs/mod";

/** A text that is no uuid becomes one, always the same: names of people's choice work as ids. */
export function clusterIdOf(text: string): string {
  if (isUuid(text)) return text;
  const digest = createHash("sha256").update(text).digest();
  return digest.subarray(0, 16).toString("base64url");
}

/** All directories that a node keeps. */
export function directoriesOf({ logDirs, metadataLogDir }: NodeConfig): string[] {
  return [...new Set([...logDirs, metadataLogDir])];
}

/**
 * Those that are formatted, by path; the others are empty. Fault "configuration" with the remedy
 * if a directory is another cluster's or node's, or holds something else.
 */
export async function readIdentities(
  node: NodeConfig,
  files: Files,
): Promise<Map<string, DirectoryIdentity>> {
  const found = new Map<string, DirectoryIdentity>();
  for (const path of directoriesOf(node)) {
    const identity = await readIdentity(files, path);
    if (identity !== undefined) found.set(path, identity);
    else await checkEmpty(files, path);
  }
  checkIdentities(node, found);
  return found;
}

async function checkEmpty(files: Files, path: string): Promise<void> {
  const entries = await files.list(path) ?? [];
  const metadata = await files.list(`${path}/${METADATA_TOPIC}-0`) ?? [];
  // What formatting writes before its last file may have been left by one that was cut short.
  const unfinished = metadata.some(({ name }) => name.endsWith(".log"))
    ? []
    : [BOOTSTRAP_FILE, `${METADATA_TOPIC}-0`, `${META_FILE}.tmp`];
  const harmless = new Set([".lock", "lost+found", ...unfinished]);
  const other = entries.find(({ name }) => !harmless.has(name));
  if (other === undefined) return;
  throw new Fault(
    "configuration",
    `Cannot use log directory "${path}": it holds "${other.name}" but no meta.properties; ` +
      `set log.dirs to an empty directory, or move what is there away`,
  );
}

function checkIdentities(node: NodeConfig, found: ReadonlyMap<string, DirectoryIdentity>): void {
  const wanted = node.clusterId === undefined ? undefined : clusterIdOf(node.clusterId);
  const first = [...found.values()][0]?.clusterId;
  const seen = new Map<Uuid, string>();
  for (const [path, { clusterId, nodeId, directoryId }] of found) {
    const expected = wanted ?? first;
    if (clusterId !== expected) {
      throw new Fault(
        "configuration",
        `Log directory "${path}" belongs to cluster ${clusterId}, this node to ${expected}: ` +
          `set cluster.id to ${clusterId}, or empty the directory`,
      );
    }
    if (nodeId !== node.nodeId) {
      throw new Fault(
        "configuration",
        `Log directory "${path}" belongs to node ${nodeId}, this is node ${node.nodeId}: ` +
          `set node.id to ${nodeId}, or empty the directory`,
      );
    }
    const twin = seen.get(directoryId);
    if (twin !== undefined) {
      throw new Fault(
        "configuration",
        `Log directories "${twin}" and "${path}" have one id ${directoryId}: ` +
          `one is a copy of the other; remove it`,
      );
    }
    seen.set(directoryId, path);
  }
}
