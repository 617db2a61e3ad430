// A `.txnindex`: the aborted transactions of a segment, in entries of one length.

import { AbortedTxn } from "@odradek/protocol/schemas/storage/mod";
import { decodeVersioned } from "@odradek/protocol/schemas/versioned";
import { DataSource } from "./data_source.ts";
import type { DumpContext } from "./dump.ts";

const ENTRY_BYTES = 34;

export async function dumpTransactionIndex(
  path: string,
  { output }: DumpContext,
): Promise<void> {
  const bytes = await DataSource.readWhole(path);
  for (let at = 0; at + ENTRY_BYTES <= bytes.length; at += ENTRY_BYTES) {
    const { version, message } = decodeVersioned(AbortedTxn, bytes.subarray(at));
    output.entry([["version", version], ...Object.entries(message)]);
  }
}
