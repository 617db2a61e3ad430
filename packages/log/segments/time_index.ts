// From a timestamp to an offset: entries of timestamp int64 and relative offset int32. No record at
// or before the entry's offset has a larger timestamp; strictly ascending in timestamp.

import type { DataFile } from "@odradek/base";
import { NO_TIMESTAMP } from "@odradek/protocol/records/batch";
import { EntryFile } from "./entry_file.ts";
import type { LastEntry } from "./last_entry.ts";

export const TIME_ENTRY_BYTES = 12;

export interface TimeEntry {
  readonly timestamp: number;
  readonly offset: number;
}

export class TimeIndex {
  readonly #entries: EntryFile;
  readonly #baseOffset: number;

  constructor(file: DataFile, baseOffset: number, last?: LastEntry) {
    this.#entries = new EntryFile(file, TIME_ENTRY_BYTES, last);
    this.#baseOffset = baseOffset;
  }

  get count(): number {
    return this.#entries.count;
  }

  get last(): TimeEntry | undefined {
    return this.#absolute(this.#entries.last(readEntry));
  }

  /** Only if the timestamp is larger than the last entry's. */
  append({ timestamp, offset }: TimeEntry): void {
    if (
      timestamp <= (this.#entries.last(readEntry)?.timestamp ?? NO_TIMESTAMP)
    ) return;
    this.#entries.append((view) => {
      view.setBigInt64(0, BigInt(timestamp));
      view.setInt32(8, offset - this.#baseOffset);
    });
  }

  /** The last entry with at most this timestamp: what comes later starts at its offset. */
  entryBefore(timestamp: number): TimeEntry | undefined {
    return this.#absolute(
      this.#entries.lastWithin(
        readEntry,
        (entry) => entry.timestamp <= timestamp,
      ),
    );
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

  #absolute(entry: TimeEntry | undefined): TimeEntry | undefined {
    return entry &&
      { timestamp: entry.timestamp, offset: this.#baseOffset + entry.offset };
  }
}

/** Offset relative to the segment's base. */
function readEntry(view: DataView, at: number): TimeEntry {
  return {
    timestamp: Number(view.getBigInt64(at)),
    offset: view.getInt32(at + 8),
  };
}
