// The last entry of an index file, by a plain read: a start looks at those of all segments, and a
// mapping of each would cost more than all else that it does.

import type { Files } from "@odradek/base";

/** What an index file ends with. */
export interface LastEntry {
  /** Whole entries in the file. */
  readonly count: number;
  /** The last one of them. */
  readonly bytes: Uint8Array;
}

/** Undefined if there is no whole entry. */
export async function readLastEntry(
  files: Files,
  { path, size }: { readonly path: string; readonly size: number },
  entryBytes: number,
): Promise<LastEntry | undefined> {
  const count = Math.floor(size / entryBytes);
  if (count === 0) return undefined;
  const file = files.known(path, size);
  try {
    const bytes = await file.read((count - 1) * entryBytes, entryBytes);
    return bytes.length < entryBytes ? undefined : { count, bytes };
  } finally {
    await file.close();
  }
}
