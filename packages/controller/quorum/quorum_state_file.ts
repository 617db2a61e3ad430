// `quorum-state` on disk, as Kafka keeps it: JSON, version 1 with the directory of the vote
// (kraft.version 1), version 0 for static voters.

import { type Epoch, Fault, type Files, isUuid, type NodeId, reason } from "@odradek/base";
import { readText, replaceFile } from "@odradek/log";
import { NEW_QUORUM_STATE, type QuorumState } from "@odradek/raft";
import { ZERO_UUID } from "@odradek/base";

export const QUORUM_STATE_FILE = "quorum-state";

/**
 * What a node of a fresh quorum begins with, if there is no file. Fault "corrupt" if it is none.
 */
export async function readQuorumState(files: Files, directory: string): Promise<QuorumState> {
  const path = `${directory}/${QUORUM_STATE_FILE}`;
  const text = await readText(files, path);
  if (text === undefined) return NEW_QUORUM_STATE;
  try {
    return parse(JSON.parse(text));
  } catch (error) {
    throw new Fault("corrupt", `Cannot read "${path}": ${reason(error)}`, { cause: error });
  }
}

interface Stored {
  readonly leaderId?: unknown;
  readonly leaderEpoch?: unknown;
  readonly votedId?: unknown;
  readonly votedDirectoryId?: unknown;
  readonly data_version?: unknown;
}

function parse(stored: Stored | null): QuorumState {
  if (stored === null) throw new Error("it holds nothing");
  const { leaderId, leaderEpoch, votedId, votedDirectoryId } = stored;
  if (stored.data_version !== 0 && stored.data_version !== 1) {
    throw new Error(`data_version ${String(stored.data_version)} is not known`);
  }
  const numbers = [leaderId, leaderEpoch, votedId];
  if (!numbers.every(Number.isInteger)) throw new Error("a number is missing");
  const directoryId = votedDirectoryId ?? ZERO_UUID;
  if (typeof directoryId !== "string" || !isUuid(directoryId)) {
    throw new Error(`votedDirectoryId ${String(directoryId)} is no uuid`);
  }
  return {
    epoch: leaderEpoch as Epoch,
    leaderId: leaderId as NodeId,
    votedFor: Number(votedId) < 0
      ? undefined
      : { id: votedId as NodeId, directoryId },
  };
}

export async function writeQuorumState(
  files: Files,
  directory: string,
  { epoch, leaderId, votedFor }: QuorumState,
): Promise<void> {
  const stored = {
    leaderId,
    leaderEpoch: epoch,
    votedId: votedFor?.id ?? -1,
    votedDirectoryId: votedFor?.directoryId ?? ZERO_UUID,
    data_version: 1,
  };
  await replaceFile(files, `${directory}/${QUORUM_STATE_FILE}`, JSON.stringify(stored));
}
