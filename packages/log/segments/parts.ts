// The files of a segment. Each is opened at its first use: of an idle partition a node knows how
// large they are, and no more.

import type { DataFile, Files } from "@odradek/base";
import type { LastEntry } from "./last_entry.ts";
import { OFFSET_ENTRY_BYTES, OffsetIndex } from "./offset_index.ts";
import { TIME_ENTRY_BYTES, TimeIndex } from "./time_index.ts";
import { type AbortedTransaction, TransactionIndex } from "./transaction_index.ts";

export type SegmentSuffix =
  | "log"
  | "index"
  | "timeindex"
  | "txnindex"
  | "snapshot";

/** `00000000000000000042.log` */
export function segmentFileName(
  baseOffset: number,
  suffix: SegmentSuffix,
): string {
  return `${String(baseOffset).padStart(20, "0")}.${suffix}`;
}

/** Where its files lie. */
export interface SegmentPlace {
  readonly files: Files;
  /** Of the partition. */
  readonly directory: string;
  readonly baseOffset: number;
  /** Of the files' names, while a finished compaction is not in place. */
  readonly ending?: string;
}

/** What its files hold, sizes in bytes. The log and both indexes are there. */
export interface FoundParts {
  readonly sizes: { readonly log: number; readonly index: number; readonly timeindex: number };
  /** Undefined: not looked for, or there is none. */
  readonly lastOffsetEntry?: LastEntry | undefined;
  readonly lastTimeEntry?: LastEntry | undefined;
  readonly aborted?: readonly AbortedTransaction[];
}

/** Of all segments that are new. */
const EMPTY: FoundParts = { sizes: { log: 0, index: 0, timeindex: 0 } };
const NONE: readonly AbortedTransaction[] = [];

export class SegmentParts {
  readonly baseOffset: number;
  readonly #files: Files;
  readonly #directory: string;
  readonly #ending: string;
  readonly #found: FoundParts;
  #log: DataFile | undefined;
  #offsetIndex: OffsetIndex | undefined;
  #timeIndex: TimeIndex | undefined;
  #transactions: TransactionIndex | undefined;

  constructor({ files, directory, baseOffset, ending = "" }: SegmentPlace, found: FoundParts) {
    this.baseOffset = baseOffset;
    this.#files = files;
    this.#directory = directory;
    this.#ending = ending;
    this.#found = isEmpty(found) ? EMPTY : found;
  }

  get sizeBytes(): number {
    return this.#log?.size ?? this.#found.sizes.log;
  }

  protected get file(): DataFile {
    return (this.#log ??= this.#open("log"));
  }

  get offsetIndex(): OffsetIndex {
    return (this.#offsetIndex ??= new OffsetIndex(
      this.#open("index"),
      this.baseOffset,
      this.#found.lastOffsetEntry,
    ));
  }

  get timeIndex(): TimeIndex {
    return (this.#timeIndex ??= new TimeIndex(
      this.#open("timeindex"),
      this.baseOffset,
      this.#found.lastTimeEntry,
    ));
  }

  get transactions(): TransactionIndex {
    return (this.#transactions ??= new TransactionIndex(
      this.#files,
      this.#path("txnindex"),
      this.#found.aborted ?? NONE,
    ));
  }

  /** Of `transactions`. */
  get aborted(): readonly AbortedTransaction[] {
    return this.#transactions?.entries ?? this.#found.aborted ?? NONE;
  }

  /** How many entries the indexes have. */
  get entryCounts(): { readonly offset: number; readonly time: number } {
    const { index, timeindex } = this.#found.sizes;
    return {
      offset: this.#offsetIndex?.count ?? Math.floor(index / OFFSET_ENTRY_BYTES),
      time: this.#timeIndex?.count ?? Math.floor(timeindex / TIME_ENTRY_BYTES),
    };
  }

  /** A position at or before the batch that holds `offset`: from there the log is scanned. */
  positionBefore(offset: number): number {
    const hasNone = this.#offsetIndex === undefined && this.#found.sizes.index === 0;
    return hasNone ? 0 : this.offsetIndex.positionBefore(offset);
  }

  /** Brings aborted transactions to their file. True: it had to be made, its name is not synced. */
  async writeTransactions(): Promise<boolean> {
    return await this.#transactions?.write() ?? false;
  }

  /** Brings new entries of the indexes to their files. Whether there may have been some. */
  protected writeEntries(): boolean {
    this.#offsetIndex?.write();
    this.#timeIndex?.write();
    return this.#offsetIndex !== undefined || this.#timeIndex !== undefined;
  }

  /** Batches, and what no scan of this segment alone could bring back. */
  async sync(): Promise<void> {
    await this.#transactions?.sync();
    await this.file.sync();
  }

  /** Its files get these names. */
  async rename(pathOf: (suffix: SegmentSuffix) => string): Promise<void> {
    await this.offsetIndex.rename(pathOf("index"));
    await this.timeIndex.rename(pathOf("timeindex"));
    await this.transactions.rename(pathOf("txnindex"));
    await this.file.rename(pathOf("log"));
  }

  async close(): Promise<void> {
    await this.#log?.close();
    await this.#offsetIndex?.close();
    await this.#timeIndex?.close();
    await this.#transactions?.close();
  }

  #open(suffix: "log" | "index" | "timeindex"): DataFile {
    return this.#files.known(this.#path(suffix), this.#found.sizes[suffix]);
  }

  #path(suffix: SegmentSuffix): string {
    return `${this.#directory}/${segmentFileName(this.baseOffset, suffix)}${this.#ending}`;
  }
}

function isEmpty({ sizes: { log, index, timeindex }, aborted = NONE }: FoundParts): boolean {
  return log === 0 && index === 0 && timeindex === 0 && aborted.length === 0;
}
