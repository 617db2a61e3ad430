// The aborted transactions of a segment, as `.txnindex` keeps them: readers of committed records
// are told of those that overlap what they get, and leave the data out themselves.
//
//   entries of 34 bytes, ascending by last offset: version int16 (0), producerId int64,
//   firstOffset int64, lastOffset int64 (of the ABORT marker), lastStableOffset int64
//
// The file is small, so all of it is in memory. It is made when its first entry is written, which
// is before the recovery point passes the marker; after a crash it is made anew from there on.

import { assert, type DataFile, type Files } from "@odradek/base";
import { AbortedTxn } from "@odradek/protocol/schemas/storage/mod";
import { decodeVersioned, encodeVersioned } from "@odradek/protocol/schemas/versioned";
import { Malformed } from "@odradek/protocol/wire/malformed";

export interface AbortedTransaction {
  readonly producerId: number;
  /** Where the transaction began in this partition. */
  readonly firstOffset: number;
  /** Of its marker. */
  readonly lastOffset: number;
  /** Of the partition, as it was once this transaction was done. */
  readonly lastStableOffset: number;
}

export const TRANSACTION_ENTRY_BYTES = 34;
const VERSION = 0;

export class TransactionIndex {
  readonly #files: Files;
  #path: string;
  readonly #entries: AbortedTransaction[];
  /** Entries that are in the file. */
  #written: number;
  #file: Promise<DataFile> | undefined;

  /** `entries` are what the file holds. */
  constructor(files: Files, path: string, entries: readonly AbortedTransaction[]) {
    this.#files = files;
    this.#path = path;
    this.#entries = [...entries];
    this.#written = entries.length;
  }

  get entries(): readonly AbortedTransaction[] {
    return this.#entries;
  }

  append(entry: AbortedTransaction): void {
    const last = this.#entries.at(-1)?.lastOffset ?? -1;
    assert(entry.lastOffset > last, "Aborted transactions are kept in the order of their markers", {
      path: this.#path,
      lastOffset: entry.lastOffset,
      last,
    });
    this.#entries.push(entry);
  }

  /** Those that overlap [from, to). Done: no later segment holds one that does. */
  overlapping(from: number, to: number): Overlap {
    const found: AbortedTransaction[] = [];
    for (let i = this.#firstEndingAt(from); i < this.#entries.length; i++) {
      const entry = this.#entries[i] as AbortedTransaction;
      if (entry.firstOffset < to) found.push(entry);
      if (entry.lastStableOffset >= to) return { found, isDone: true };
    }
    return { found, isDone: false };
  }

  /** Brings new entries to the file. True: the file had to be made, its name is not synced. */
  async write(): Promise<boolean> {
    if (this.#written === this.#entries.length) return false;
    const isNew = this.#file === undefined && this.#written === 0;
    this.#file ??= this.#files.open(this.#path, { create: true });
    const file = await this.#file;
    // Somebody else may have written them meanwhile.
    const entries = this.#entries.slice(this.#written);
    if (entries.length === 0) return isNew;
    file.write([encodeAborted(entries)], this.#written * TRANSACTION_ENTRY_BYTES);
    this.#written += entries.length;
    return isNew;
  }

  /** Keeps those whose marker lies below an offset. */
  async truncate(offset: number): Promise<void> {
    this.#entries.length = this.#firstEndingAt(offset);
    if (this.#written <= this.#entries.length) return;
    this.#written = this.#entries.length;
    this.#file ??= this.#files.open(this.#path, { create: true });
    await (await this.#file).truncate(this.#written * TRANSACTION_ENTRY_BYTES);
  }

  /** Its file gets this name, if it has one. */
  async rename(path: string): Promise<void> {
    const old = this.#path;
    this.#path = path;
    const file = await this.#file;
    if (file !== undefined) await file.rename(path);
    else if (this.#written > 0) await this.#files.rename(old, path);
  }

  async sync(): Promise<void> {
    await (await this.#file)?.sync();
  }

  async close(): Promise<void> {
    await (await this.#file)?.close();
  }

  /** The index of the first entry whose marker lies at or behind an offset. */
  #firstEndingAt(offset: number): number {
    let [low, high] = [0, this.#entries.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#entries[middle]?.lastOffset ?? 0) < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

export interface Overlap {
  readonly found: readonly AbortedTransaction[];
  readonly isDone: boolean;
}

export function encodeAborted(entries: readonly AbortedTransaction[]): Uint8Array {
  const bytes = new Uint8Array(entries.length * TRANSACTION_ENTRY_BYTES);
  for (const [i, entry] of entries.entries()) {
    const draft = {
      producerId: BigInt(entry.producerId),
      firstOffset: BigInt(entry.firstOffset),
      lastOffset: BigInt(entry.lastOffset),
      lastStableOffset: BigInt(entry.lastStableOffset),
    };
    bytes.set(encodeVersioned(AbortedTxn, draft, VERSION), i * TRANSACTION_ENTRY_BYTES);
  }
  return bytes;
}

/** Malformed if the bytes cannot be what was written: half an entry, another order or version. */
export function decodeAborted(bytes: Uint8Array): AbortedTransaction[] {
  const entries: AbortedTransaction[] = [];
  for (let at = 0; at < bytes.length; at += TRANSACTION_ENTRY_BYTES) {
    const { message } = decodeVersioned(AbortedTxn, bytes.subarray(at));
    const entry: AbortedTransaction = {
      producerId: Number(message.producerId),
      firstOffset: Number(message.firstOffset),
      lastOffset: Number(message.lastOffset),
      lastStableOffset: Number(message.lastStableOffset),
    };
    const { firstOffset, lastOffset } = entry;
    const before = entries.at(-1)?.lastOffset ?? -1;
    if (firstOffset < 0 || lastOffset < firstOffset || lastOffset <= before) {
      throw new Malformed(`Cannot read aborted transaction ${firstOffset} to ${lastOffset}`);
    }
    entries.push(entry);
  }
  return entries;
}
