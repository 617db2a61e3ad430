// A `.index`: entries of relative offset int32 and position int32, checked against the log beside
// it.

import { Batch, BATCH_HEADER_BYTES } from "@odradek/protocol/records/batch";
import { Failure } from "../failure.ts";
import { DataSource } from "./data_source.ts";
import type { DumpContext } from "./dump.ts";
import { baseOffsetOf, siblingOf } from "./file_names.ts";

const ENTRY_BYTES = 8;

export async function dumpOffsetIndex(path: string, context: DumpContext): Promise<void> {
  const { options, output, findings } = context;
  const baseOffset = baseOffsetOf(path);
  const bytes = await DataSource.readWhole(path);
  await using log = await DataSource.open(siblingOf(path, ".log"));
  const count = Math.floor(bytes.length / ENTRY_BYTES);
  if (count === 0) return output.note(`${path} is empty.`);
  if (options.sanityOnly) {
    checkSanity(path, bytes);
    return output.note(`${path} passed sanity check.`);
  }
  for (const [i, { relative, position }] of [...entries(bytes)].entries()) {
    // What is behind was never written: files are made long before they are filled.
    if (relative === 0 && i > 0) return;
    const offset = baseOffset + relative;
    const lastOffset = await lastOffsetAt(log, position);
    if (lastOffset !== offset) findings.mismatch(path, offset, lastOffset);
    if (!options.verifyOnly) output.entry([["offset", offset], ["position", position]]);
  }
}

/** Of the batch there; -1: there is none. */
async function lastOffsetAt(log: DataSource, position: number): Promise<number> {
  if (position < 0) return -1;
  const header = await log.read(position, BATCH_HEADER_BYTES);
  return header.length < BATCH_HEADER_BYTES ? -1 : new Batch(header).lastOffset;
}

function* entries(bytes: Uint8Array): Generator<{ relative: number; position: number }> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at + ENTRY_BYTES <= bytes.length; at += ENTRY_BYTES) {
    yield { relative: view.getInt32(at), position: view.getInt32(at + 4) };
  }
}

function checkSanity(path: string, bytes: Uint8Array): void {
  const last = [...entries(bytes)].at(-1);
  const isRagged = bytes.length % ENTRY_BYTES !== 0;
  if (!isRagged && (last?.relative ?? 0) >= 0) return;
  const why = isRagged
    ? `${bytes.length} bytes are no whole entries`
    : "its last offset is negative";
  throw new Failure(`Corrupt index found, index file (${path}): ${why}`);
}
