// Makes log directories a node's own. Empty ones are formatted at the first start; what is there is
// never rewritten, and what belongs to another cluster or node is refused.

import { createHash } from "node:crypto";
import {
  type Clock,
  Fault,
  type Files,
  isUuid,
  METADATA_TOPIC,
  METADATA_TOPIC_ID,
  type Random,
  randomUuid,
  type Uuid,
} from "@odradek/base";
import { BOOTSTRAP_FILE, encodeCheckpoint, FIRST_SNAPSHOT_FILE } from "@odradek/controller";
import { freshFeatures } from "@odradek/controller/decide/bootstrap";
import {
  type DirectoryIdentity,
  META_FILE,
  readIdentity,
  writeIdentity,
  writeTopicId,
} from "@odradek/log";
import type { NodeConfig } from "@odradek/metadata/configs/mod";
import type { Address } from "@odradek/base";

export interface FormatContext {
  readonly files: Files;
  readonly clock: Clock;
  readonly random: Random;
}

export interface FormattedDirectory extends DirectoryIdentity {
  readonly path: string;
}

export interface Formatted {
  readonly clusterId: string;
  /** Log directories, and that of the metadata log if it is one of its own. */
  readonly directories: readonly FormattedDirectory[];
  /** Those that were formatted just now. */
  readonly fresh: readonly string[];
}

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
 * Formats what is empty, and checks what is not. Fault "configuration" with the remedy if a
 * directory is another cluster's or node's, or holds something else.
 */
export async function formatDirectories(
  node: NodeConfig,
  controllers: readonly { readonly name: string; readonly advertised: Address }[],
  context: FormatContext,
): Promise<Formatted> {
  const { files, random } = context;
  const paths = directoriesOf(node);
  const found = new Map<string, DirectoryIdentity>();
  for (const path of paths) {
    const identity = await readIdentity(files, path);
    if (identity !== undefined) found.set(path, identity);
    else await checkEmpty(files, path);
  }
  checkIdentities(node, found);
  const configured = node.clusterId === undefined ? undefined : clusterIdOf(node.clusterId);
  const clusterId = [...found.values()][0]?.clusterId ?? configured ?? randomUuid(random);
  const directories: FormattedDirectory[] = [];
  for (const path of paths) {
    const known = found.get(path);
    const directoryId = known?.directoryId ?? randomUuid(random);
    directories.push({ path, clusterId, nodeId: node.nodeId, directoryId });
  }
  const fresh = directories.filter(({ path }) => !found.has(path));
  for (const directory of fresh) {
    if (directory.path === node.metadataLogDir) {
      await formatMetadata(node, directory, { ...context, controllers });
    }
    // Last: a directory with this file is formatted.
    await writeIdentity(files, directory.path, { ...directory, now: context.clock.now() });
  }
  return { clusterId, directories, fresh: fresh.map(({ path }) => path) };
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
  const seen = new Map<Uuid, string>();
  let first: string | undefined;
  for (const [path, { clusterId, nodeId, directoryId }] of found) {
    const expected = wanted ?? first ?? clusterId;
    first ??= clusterId;
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

/** What the first active controller writes into the empty log, and who votes. */
async function formatMetadata(
  node: NodeConfig,
  { path, directoryId }: FormattedDirectory,
  { files, clock, controllers }: FormatContext & {
    readonly controllers: readonly { readonly name: string; readonly advertised: Address }[];
  },
): Promise<void> {
  const now = clock.now();
  const directory = `${path}/${METADATA_TOPIC}-0`;
  await files.makeDirectory(directory);
  const bootstrap = encodeCheckpoint({ control: [], records: freshFeatures(), now });
  await files.writeWhole(`${path}/${BOOTSTRAP_FILE}`, bootstrap);
  if (node.quorum.kind === "static") return;
  const voter = {
    voterId: node.nodeId,
    voterDirectoryId: directoryId,
    endpoints: controllers.map(({ name, advertised: { host, port } }) => ({ name, host, port })),
    kRaftVersionFeature: { minSupportedVersion: 0, maxSupportedVersion: 1 },
  };
  const first = encodeCheckpoint({
    control: [
      { type: "KRAFT_VERSION", version: 0, kRaftVersion: 1 },
      { type: "KRAFT_VOTERS", version: 0, voters: [voter] },
    ],
    records: [],
    now,
  });
  await files.writeWhole(`${directory}/${FIRST_SNAPSHOT_FILE}`, first);
  await writeTopicId(files, directory, METADATA_TOPIC_ID);
  await files.syncDirectory(directory);
}
