// Writes a snapshot, a batch at a time, so that the thread that also decides and answers is never
// held up for long. Until its last byte is on disk the file has another name: after a crash there
// is either a whole snapshot or none.

import { type Clock, type Files, sleep } from "@odradek/base";
import { type ClusterImage, imageRecords } from "@odradek/metadata";
import type { ControlRecordDraft } from "@odradek/protocol/schemas/control/mod";
import { checkpointBatches } from "../checkpoint_file.ts";
import { snapshotFileName } from "./stored.ts";

export interface SnapshotDraft {
  readonly image: ClusterImage;
  /** What the quorum says of itself. */
  readonly control: readonly ControlRecordDraft[];
  /** Of the last batch in it, ms; that of its own batches too: equal images are equal files. */
  readonly lastContainedTimestamp: number;
}

export interface WriteContext {
  readonly files: Files;
  readonly clock: Clock;
  /** The metadata log's. */
  readonly directory: string;
  /** Ends the writing between two batches. */
  readonly signal: AbortSignal;
}

/** Fault "disk" or "disk full"; the signal's reason. Then there is no snapshot. */
export async function writeSnapshot(draft: SnapshotDraft, context: WriteContext): Promise<void> {
  const { files, clock, directory, signal } = context;
  const { image } = draft;
  const path = `${directory}/${snapshotFileName(image)}`;
  const part = `${path}.part`;
  // What an earlier try has left would stay behind the end of this one.
  await files.remove(part);
  const file = await files.open(part, { create: true });
  try {
    const records = imageRecords(image);
    const now = draft.lastContainedTimestamp;
    for (const bytes of checkpointBatches({ ...draft, records, now })) {
      file.write([bytes], file.size);
      await sleep(clock, 0, signal);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  await files.rename(part, path);
  await files.syncDirectory(directory);
}
