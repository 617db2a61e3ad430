// The directory of one replica: its name, its `partition.metadata`, and how it is taken away.

import { type Files, isUuid, type TopicPartition, type Uuid } from "@odradek/base";
import { readText, replaceFile } from "./checkpoints.ts";

const METADATA_FILE = "partition.metadata";
/** Of a file name, on all file systems that matter. */
const NAME_BYTES_MAX = 255;

export function partitionDirectoryName(
  { topic, partition }: TopicPartition,
): string {
  return `${topic}-${partition}`;
}

/** Undefined for directories that are no replica, or one that is being deleted, moved or lost. */
export function parsePartitionDirectory(
  name: string,
): TopicPartition | undefined {
  if (/\.[0-9a-f]{32}-(delete|future|stray)$/.test(name)) return undefined;
  const match = /^(.+)-(\d+)$/.exec(name);
  return match === null ? undefined : { topic: match[1] ?? "", partition: Number(match[2]) };
}

/** Whether the replica was deleted, and only its bytes are still there. */
export function isDoomedDirectory(name: string): boolean {
  return /\.[0-9a-f]{32}-delete$/.test(name);
}

/** `t-0.<32 hex>-delete`, with the topic cut so that the name can be one. */
export function doomedDirectoryName(
  name: string,
  { hex, fate }: { readonly hex: string; readonly fate: "delete" | "stray" },
): string {
  const suffix = `.${hex}-${fate}`;
  const dash = name.lastIndexOf("-");
  const partition = name.slice(dash);
  const room = NAME_BYTES_MAX - suffix.length - partition.length;
  return name.slice(0, Math.min(dash, room)) + partition + suffix;
}

/** Two lines without a final newline: 43 bytes. */
export async function writeTopicId(
  files: Files,
  directory: string,
  topicId: Uuid,
): Promise<void> {
  const text = `version: 0\ntopic_id: ${topicId}`;
  await replaceFile(files, `${directory}/${METADATA_FILE}`, text);
}

/** Undefined if there is no file, or it names no id. */
export async function readTopicId(
  files: Files,
  directory: string,
): Promise<Uuid | undefined> {
  const text = await readText(files, `${directory}/${METADATA_FILE}`);
  const id = /^topic_id: (\S+)$/m.exec(text ?? "")?.[1];
  return id !== undefined && isUuid(id) ? id : undefined;
}
