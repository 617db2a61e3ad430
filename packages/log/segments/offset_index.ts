// From an offset to a position in the segment: entries of relative offset int32 and position int32.
// The offset of an entry is the last one of the batch that begins at its position.

import type { DataFile } from "@odradek/base";
import { EntryFile } from "./entry_file.ts";
import type { LastEntry } from "./last_entry.ts";

export const OFFSET_ENTRY_BYTES = 8;

export interface OffsetEntry {
  readonly offset: number;
  /** Of the batch, in the segment. */
  readonly position: number;
}

export class OffsetIndex {
  readonly #entries: EntryFile;
  readonly #baseOffset: number;

  constructor(file: DataFile, baseOffset: number, last?: LastEntry) {
    this.#entries = new EntryFile(file, OFFSET_ENTRY_BYTES, last);
    this.#baseOffset = baseOffset;
  }

  get count(): number {
    return this.#entries.count;
  }

  get last(): OffsetEntry | undefined {
    const entry = this.#entries.last(readEntry);
    return entry && { ...entry, offset: this.#baseOffset + entry.offset };
  }

  append(offset: number, position: number): void {
    this.#entries.append((view) => {
      view.setInt32(0, offset - this.#baseOffset);
      view.setInt32(4, position);
    });
  }

  /** A position at or before the batch that holds `offset`: from there the log is scanned. */
  positionBefore(offset: number): number {
    const relative = offset - this.#baseOffset;
    const entry = this.#entries.lastWithin(
      readEntry,
      (one) => one.offset <= relative,
    );
    return entry?.position ?? 0;
  }

  /** The last offset of a batch at or behind a position: the first that has an entry. */
  offsetFrom(position: number): number | undefined {
    const count = this.#entries.countWithin(readEntry, (one) => one.position < position);
    if (count === this.#entries.count) return undefined;
    return this.#baseOffset + this.#entries.at(count, readEntry).offset;
  }

  async truncate(endOffset: number): Promise<void> {
    const relative = endOffset - this.#baseOffset;
    let count = this.#entries.count;
    while (
      count > 0 && this.#entries.at(count - 1, readEntry).offset >= relative
    ) count--;
    await this.#entries.truncate(count);
  }

  write(): void {
    this.#entries.write();
  }

  async sync(): Promise<void> {
    await this.#entries.file.sync();
  }

  async rename(path: string): Promise<void> {
    await this.#entries.file.rename(path);
  }

  async close(): Promise<void> {
    await this.#entries.file.close();
  }
}

/** Relative to the segment's base. */
function readEntry(view: DataView, at: number): OffsetEntry {
  return { offset: view.getInt32(at), position: view.getInt32(at + 4) };
}
