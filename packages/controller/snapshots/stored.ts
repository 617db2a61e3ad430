// The snapshots that lie beside the metadata log: `<end offset>-<epoch>.checkpoint`. One that is
// being written has `.part` behind its name, and counts for nothing.

import type { Files } from "@odradek/base";

export interface SnapshotId {
  /** Everything below this offset of the log is in it. */
  readonly endOffset: number;
  /** Of the last record in it. */
  readonly epoch: number;
}

export interface StoredSnapshot extends SnapshotId {
  readonly path: string;
  readonly sizeBytes: number;
}

const NAME = /^(\d{20})-(\d{10})\.checkpoint$/;
/** What was not finished; and what Kafka was about to remove. */
const LEFTOVER = /^\d{20}-\d{10}.*\.checkpoint\.(part|deleted)$/;

export function snapshotFileName({ endOffset, epoch }: SnapshotId): string {
  const digits = (value: number, count: number) => String(value).padStart(count, "0");
  return `${digits(endOffset, 20)}-${digits(epoch, 10)}.checkpoint`;
}

/** Oldest first. */
export async function storedSnapshots(files: Files, directory: string): Promise<StoredSnapshot[]> {
  const entries = await files.list(directory) ?? [];
  return entries.flatMap(({ name, size }) => {
    const [, endOffset, epoch] = NAME.exec(name) ?? [];
    if (endOffset === undefined) return [];
    const id = { endOffset: Number(endOffset), epoch: Number(epoch) };
    return [{ ...id, path: `${directory}/${name}`, sizeBytes: size }];
  }).sort((a, b) => a.endOffset - b.endOffset || a.epoch - b.epoch);
}

export async function removeLeftovers(files: Files, directory: string): Promise<void> {
  const entries = await files.list(directory) ?? [];
  for (const { name } of entries) {
    if (LEFTOVER.test(name)) await files.remove(`${directory}/${name}`);
  }
}
