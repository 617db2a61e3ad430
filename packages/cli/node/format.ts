// Makes log directories a node's own: at its first start, or by `odradek storage format`. What is
// formatted is never rewritten.

import {
  type Clock,
  type Files,
  METADATA_TOPIC,
  METADATA_TOPIC_ID,
  type NodeId,
  type Random,
  randomUuid,
  type Uuid,
} from "@odradek/base";
import { BOOTSTRAP_FILE, encodeCheckpoint, FIRST_SNAPSHOT_FILE } from "@odradek/controller";
import { type DirectoryIdentity, writeIdentity, writeTopicId } from "@odradek/log";
import type { NodeConfig } from "@odradek/metadata/configs/mod";
import type { MetadataRecordDraft } from "@odradek/protocol/schemas/metadata/mod";
import { clusterIdOf, directoriesOf, readIdentities } from "./identities.ts";

export interface FormatContext {
  readonly files: Files;
  readonly clock: Clock;
  readonly random: Random;
}

export interface Endpoint {
  /** Of the listener. */
  readonly name: string;
  readonly host: string;
  readonly port: number;
}

export interface FirstVoter {
  readonly id: NodeId;
  readonly directoryId: Uuid;
  readonly endpoints: readonly Endpoint[];
}

/** What the metadata of a fresh node begins with. */
export interface FirstMetadata {
  /** The first active controller writes them into the empty log. */
  readonly records: readonly MetadataRecordDraft[];
  /**
   * Who votes, for a node with this directory id. Null: it stands in the configuration, or is
   * learnt from the quorum (KIP-853).
   */
  voters(directoryId: Uuid): readonly FirstVoter[] | null;
  /** Of the metadata log's directory, if it was given out before. */
  readonly directoryId?: Uuid | undefined;
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

/** Formats what is empty, and checks what is not. Fault as `readIdentities`. */
export async function formatDirectories(
  node: NodeConfig,
  first: FirstMetadata,
  { files, clock, random }: FormatContext,
): Promise<Formatted> {
  const found = await readIdentities(node, files);
  const configured = node.clusterId === undefined ? undefined : clusterIdOf(node.clusterId);
  const clusterId = [...found.values()][0]?.clusterId ?? configured ?? randomUuid(random);
  const directories = directoriesOf(node).map((path): FormattedDirectory => {
    const given = path === node.metadataLogDir ? first.directoryId : undefined;
    const directoryId = found.get(path)?.directoryId ?? given ?? randomUuid(random);
    return { path, clusterId, nodeId: node.nodeId, directoryId };
  });
  const fresh = directories.filter(({ path }) => !found.has(path));
  const now = clock.now();
  for (const directory of fresh) {
    if (directory.path === node.metadataLogDir) {
      await writeFirstMetadata(files, directory, { first, now });
    }
    // Last: a directory with this file is formatted.
    await writeIdentity(files, directory.path, { ...directory, now });
  }
  return { clusterId, directories, fresh: fresh.map(({ path }) => path) };
}

async function writeFirstMetadata(
  files: Files,
  { path, directoryId }: FormattedDirectory,
  { first, now }: { readonly first: FirstMetadata; readonly now: number },
): Promise<void> {
  const directory = `${path}/${METADATA_TOPIC}-0`;
  const bootstrap = encodeCheckpoint({ control: [], records: first.records, now });
  await files.writeWhole(`${path}/${BOOTSTRAP_FILE}`, bootstrap);
  await files.makeDirectory(directory);
  const voters = first.voters(directoryId);
  if (voters !== null) {
    const control = [
      { type: "KRAFT_VERSION", version: 0, kRaftVersion: 1 },
      { type: "KRAFT_VOTERS", version: 0, voters: voters.map(voterDraft) },
    ] as const;
    const snapshot = encodeCheckpoint({ control, records: [], now });
    await files.writeWhole(`${directory}/${FIRST_SNAPSHOT_FILE}`, snapshot);
  }
  await writeTopicId(files, directory, METADATA_TOPIC_ID);
  await files.syncDirectory(directory);
}

function voterDraft({ id, directoryId, endpoints }: FirstVoter) {
  return {
    voterId: id,
    voterDirectoryId: directoryId,
    endpoints: endpoints.map(({ name, host, port }) => ({ name, host, port })),
    kRaftVersionFeature: { minSupportedVersion: 0, maxSupportedVersion: 1 },
  };
}
