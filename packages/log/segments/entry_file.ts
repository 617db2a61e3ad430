// Entries of one size in ascending order, as both indexes are. New ones gather in memory and are
// written at roll, checkpoint and close; after a crash they are rebuilt from the log.

import type { DataFile } from "@odradek/base";
import type { LastEntry } from "./last_entry.ts";

/** Reads the entry at a byte position of a view. */
export type EntryReader<T> = (view: DataView, at: number) => T;

const NONE: Uint8Array = new Uint8Array(0);

export class EntryFile {
  readonly file: DataFile;
  readonly #entryBytes: number;
  #written: number;
  #pending = NONE;
  #pendingCount = 0;
  /** Of the file, as far as it is known without looking. */
  #last: LastEntry | undefined;

  constructor(file: DataFile, entryBytes: number, last?: LastEntry) {
    this.file = file;
    this.#entryBytes = entryBytes;
    this.#written = Math.floor(file.size / entryBytes);
    this.#last = last;
  }

  get count(): number {
    return this.#written + this.#pendingCount;
  }

  append(write: (view: DataView) => void): void {
    const at = this.#pendingCount * this.#entryBytes;
    if (at + this.#entryBytes > this.#pending.length) this.#grow();
    write(new DataView(this.#pending.buffer, at, this.#entryBytes));
    this.#pendingCount++;
  }

  last<T>(read: EntryReader<T>): T | undefined {
    if (this.count === 0) return undefined;
    const known = this.#last;
    if (known?.count !== this.count) return this.at(this.count - 1, read);
    return read(new DataView(known.bytes.buffer, known.bytes.byteOffset), 0);
  }

  at<T>(index: number, read: EntryReader<T>): T {
    return index < this.#written
      ? this.#onDisk((view) => read(view, index * this.#entryBytes))
      : read(this.#pendingView(), (index - this.#written) * this.#entryBytes);
  }

  /** The last entry of which `isWithin` holds; it holds for a prefix of all entries. */
  lastWithin<T>(
    read: EntryReader<T>,
    isWithin: (entry: T) => boolean,
  ): T | undefined {
    const pending = this.#search(
      this.#pendingView(),
      this.#pendingCount,
      read,
      isWithin,
    );
    if (pending !== undefined || this.#written === 0) return pending;
    return this.#onDisk((view) => this.#search(view, this.#written, read, isWithin));
  }

  /** Of how many entries `isWithin` holds; it holds for a prefix of all entries. */
  countWithin<T>(read: EntryReader<T>, isWithin: (entry: T) => boolean): number {
    let [low, high] = [0, this.count];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (isWithin(this.at(middle, read))) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Keeps the first `count` entries. */
  async truncate(count: number): Promise<void> {
    this.#pendingCount = Math.max(
      0,
      Math.min(this.#pendingCount, count - this.#written),
    );
    if (
      count >= this.#written &&
      this.file.size === this.#written * this.#entryBytes
    ) return;
    this.#written = Math.min(this.#written, count);
    this.#last = undefined;
    await this.file.truncate(this.#written * this.#entryBytes);
  }

  /** Brings what has gathered to the file. */
  write(): void {
    if (this.#pendingCount === 0) return;
    const bytes = this.#pending.subarray(
      0,
      this.#pendingCount * this.#entryBytes,
    );
    this.file.write([bytes], this.#written * this.#entryBytes);
    this.#written += this.#pendingCount;
    this.#last = { count: this.#written, bytes: bytes.slice(-this.#entryBytes) };
    this.#pendingCount = 0;
    this.#pending = NONE;
  }

  #search<T>(
    view: DataView,
    count: number,
    ...[read, isWithin]: [EntryReader<T>, (entry: T) => boolean]
  ): T | undefined {
    let [low, high] = [0, count];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (isWithin(read(view, middle * this.#entryBytes))) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? undefined : read(view, (low - 1) * this.#entryBytes);
  }

  #onDisk<T>(use: (view: DataView) => T): T {
    this.file.verify();
    const lease = this.file.view(0, this.#written * this.#entryBytes);
    try {
      const { bytes } = lease;
      return use(
        new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
      );
    } finally {
      lease.release();
    }
  }

  #pendingView(): DataView {
    return new DataView(this.#pending.buffer);
  }

  #grow(): void {
    const grown = new Uint8Array(
      Math.max(this.#entryBytes * 8, this.#pending.length * 2),
    );
    grown.set(this.#pending);
    this.#pending = grown;
  }
}
