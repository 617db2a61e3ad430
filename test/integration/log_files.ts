// The segments of a partition as they lie on disk, read without a node.

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { Malformed } from "@odradek/protocol/wire/malformed";
import { readBatches } from "@odradek/protocol/records/batch";

export interface ScannedLog {
  /** The offset after its last whole batch. */
  readonly nextOffset: number;
  readonly wholeBytes: number;
  /** Behind the last whole batch. */
  readonly leftBytes: number;
}

/** In offset order. */
export async function segmentsIn(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".log"));
  return names.sort().map((name) => join(folder, name));
}

/** Malformed if a batch is not intact or does not follow the one before it. */
export async function scanLog(path: string, firstOffset: number): Promise<ScannedLog> {
  const bytes = await readFile(path);
  let nextOffset = firstOffset;
  let wholeBytes = 0;
  for (const batch of readBatches(bytes)) {
    const { baseOffset, sizeBytes } = batch;
    if (baseOffset !== nextOffset) {
      throw new Malformed(`${path}: offset ${baseOffset} where ${nextOffset} was due`);
    }
    if (!batch.isCrcValid()) throw new Malformed(`${path}: the batch at ${baseOffset} is damaged`);
    nextOffset = batch.lastOffset + 1;
    wholeBytes += sizeBytes;
  }
  return { nextOffset, wholeBytes, leftBytes: bytes.length - wholeBytes };
}

/** The number of records in a log from offset 0 on, whose bytes must be theirs alone. */
export async function recordsIn(folder: string): Promise<number> {
  let next = 0;
  for (const path of await segmentsIn(folder)) {
    const { nextOffset, leftBytes } = await scanLog(path, next);
    if (leftBytes > 0) throw new Malformed(`${path}: ${leftBytes} bytes belong to no batch`);
    next = nextOffset;
  }
  return next;
}

/**
 * Between the replicas of each partition of a topic, once nobody writes any more. `folders`: of
 * what each node keeps.
 */
export async function differencesOf(
  folders: readonly string[],
  { topic, partitions }: { readonly topic: string; readonly partitions: number },
): Promise<string[]> {
  const differences: string[] = [];
  for (let partition = 0; partition < partitions; partition++) {
    const logs = await Promise.all(folders.map((one) => bytesOf(`${one}/${topic}-${partition}`)));
    const sizes = logs.map(({ length }) => length).join(", ");
    if (logs.some((one) => !one.equals(logs[0] as Buffer))) {
      differences.push(`the replicas of partition ${partition} differ, of ${sizes} bytes`);
    }
  }
  return differences;
}

async function bytesOf(folder: string): Promise<Buffer> {
  return Buffer.concat(await Promise.all((await segmentsIn(folder)).map((path) => readFile(path))));
}
