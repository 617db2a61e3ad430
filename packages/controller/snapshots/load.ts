// What a node begins with: the newest snapshot that can be read, and the state of the metadata that
// it holds. The log goes on where it ends.

import { type Files, reason } from "@odradek/base";
import { type MetadataSnapshot, type MetadataState, snapshotState } from "@odradek/metadata";
import type { ControlRecord } from "@odradek/protocol/schemas/control/mod";
import { decodeCheckpoint } from "../checkpoint_file.ts";
import { removeLeftovers, type StoredSnapshot, storedSnapshots } from "./stored.ts";

export interface LoadedSnapshot extends MetadataSnapshot {
  readonly state: MetadataState;
  /** The quorum's own records. */
  readonly control: readonly ControlRecord[];
}

/** Undefined if there is none. `warn`: of each that cannot be read, and why. */
export async function loadNewestSnapshot(
  files: Files,
  directory: string,
  warn: (message: string) => void,
): Promise<LoadedSnapshot | undefined> {
  await removeLeftovers(files, directory);
  for (const stored of (await storedSnapshots(files, directory)).reverse()) {
    try {
      return await load(files, stored);
    } catch (error) {
      warn(`Cannot use snapshot "${stored.path}", the one before is taken: ${reason(error)}`);
    }
  }
  return undefined;
}

async function load(files: Files, stored: StoredSnapshot): Promise<LoadedSnapshot> {
  const { path, endOffset, epoch } = stored;
  const bytes = await files.readWhole(path) ?? new Uint8Array(0);
  const { control } = decodeCheckpoint(bytes);
  const snapshot = { bytes, endOffset, epoch };
  return { ...snapshot, control, state: snapshotState(snapshot) };
}
