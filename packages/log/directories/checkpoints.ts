// Kafka's small text files: first line version, second line count, then one entry a line. They are
// replaced as a whole: written beside, synced, renamed over.

import { Fault, type Files } from "@odradek/base";

/** Offsets by `topic partition`, as recovery points, high watermarks and log starts are kept. */
export type PartitionOffsets = ReadonlyMap<string, number>;

export const RECOVERY_POINT_FILE = "recovery-point-offset-checkpoint";
export const LOG_START_FILE = "log-start-offset-checkpoint";
export const HIGH_WATERMARK_FILE = "replication-offset-checkpoint";
export const CLEANER_FILE = "cleaner-offset-checkpoint";
export const LEADER_EPOCH_FILE = "leader-epoch-checkpoint";

/** The key of a partition in `PartitionOffsets`. */
export function offsetsKey(topic: string, partition: number): string {
  return `${topic} ${partition}`;
}

export function formatOffsets(offsets: PartitionOffsets): string {
  return format([...offsets].map(([key, offset]) => `${key} ${offset}`));
}

/** Fault "corrupt" if the text is none. An empty file holds nothing. */
export function parseOffsets(text: string, path: string): PartitionOffsets {
  return new Map(
    parse(text, path, /^(\S+ \d+) (-?\d+)$/).map(([key, offset]) => [
      key,
      Number(offset),
    ]),
  );
}

export interface EpochEntry {
  readonly epoch: number;
  readonly startOffset: number;
}

export function formatEpochs(entries: readonly EpochEntry[]): string {
  return format(
    entries.map(({ epoch, startOffset }) => `${epoch} ${startOffset}`),
  );
}

export function parseEpochs(text: string, path: string): EpochEntry[] {
  return parse(text, path, /^(\d+) (\d+)$/).map(([epoch, startOffset]) => ({
    epoch: Number(epoch),
    startOffset: Number(startOffset),
  }));
}

function format(lines: readonly string[]): string {
  return [0, lines.length, ...lines].join("\n") + "\n";
}

function parse(
  text: string,
  path: string,
  pattern: RegExp,
): [string, string][] {
  if (text === "") return [];
  const [version, count, ...lines] = text.split("\n");
  const entries = lines.filter((line) => line !== "").map((line) => pattern.exec(line));
  if (
    version !== "0" || count !== `${entries.length}` ||
    entries.includes(null)
  ) {
    throw new Fault(
      "corrupt",
      `Cannot read "${path}": it is no checkpoint file of version 0`,
    );
  }
  return entries.map((match) => [match?.[1] ?? "", match?.[2] ?? ""]);
}

export async function readText(
  files: Files,
  path: string,
): Promise<string | undefined> {
  const bytes = await files.readWhole(path);
  return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
}

/** After a crash the file holds either the old content or the new. */
export async function replaceFile(
  files: Files,
  path: string,
  content: string,
): Promise<void> {
  const beside = `${path}.tmp`;
  await files.writeWhole(beside, new TextEncoder().encode(content));
  await files.rename(beside, path);
  await files.syncDirectory(path.slice(0, path.lastIndexOf("/")));
}
