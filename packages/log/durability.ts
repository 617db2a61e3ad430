// What of a log survives the end of the machine, and the work on its files that nobody waits for.
// Syncs are shared, that work is done one after another, and a failure of either ends the log: what
// the disk has of the bytes is not known then.

import { Fault, type Files, reason } from "@odradek/base";
import type { Segment } from "./segments/segment.ts";

/** The log, as far as it is synced. */
export interface Written {
  readonly directory: string;
  readonly segments: readonly Segment[];
  readonly endOffset: number;
  endOf(segment: Segment): number;
}

/** What is shared by all logs that have nothing to sync. */
const NONE: readonly string[] = [];

export class Durability {
  readonly #log: Written;
  readonly #files: Files;
  #recoveryPoint: number;
  /** A segment whose name is not on disk is not on disk, however often it was synced. */
  #unsyncedDirectories: readonly string[] | "own and the one above";
  /** The last of it; undefined: all is done. */
  #background: Promise<void> | undefined;
  /** Work on files that the recovery point waits for; it waits for nothing itself. */
  #ahead: Promise<void> | undefined;
  /** A sync of this log that is under way. */
  #flushing: Promise<void> | undefined;
  #failure: Error | undefined;

  /** The names of a log that is opened may all be new. */
  constructor(log: Written, files: Files, recoveryPoint: number) {
    this.#log = log;
    this.#files = files;
    this.#recoveryPoint = recoveryPoint;
    this.#unsyncedDirectories = "own and the one above";
  }

  /** Set when the disk has failed. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  /** Everything below survives the end of the machine. */
  get recoveryPoint(): number {
    return this.#recoveryPoint;
  }

  /** Throws the failure if there is one. */
  check(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** The log's directory must be synced before anything that lies in its new files counts. */
  hasNewNames(): void {
    const { directory } = this.#log;
    const others = this.#unsynced().filter((one) => one !== directory);
    this.#unsyncedDirectories = [directory, ...others];
  }

  /** Does the work behind what was asked for before. */
  later(work: () => Promise<void>): void {
    const done = this.#after(this.#background, work).then(() => {
      if (this.#background === done) this.#background = undefined;
    });
    this.#background = done;
  }

  /**
   * Does the work before the recovery point goes on, for a start that finds it undone would go
   * wrong behind that point:
   * - it looks for leader epochs in the batches behind that point only;
   * - a segment that was removed is synced no more: should it be back, torn, recovery would end the
   *   log there, and drop what was synced since.
   */
  beforeSync(work: () => Promise<void>): void {
    const done = this.#after(this.#ahead, work).then(() => {
      if (this.#ahead === done) this.#ahead = undefined;
    });
    this.#ahead = done;
  }

  async #after(before: Promise<void> | undefined, work: () => Promise<void>): Promise<void> {
    await before;
    try {
      await work();
    } catch (error) {
      this.fail(error);
    }
  }

  /** As `later`, when no sync is under way that began before: for files that are to be closed. */
  afterSync(work: () => Promise<void>): void {
    this.later(async () => {
      while (this.#flushing !== undefined) await this.#flushing;
      await this.#ahead;
      await work();
    });
  }

  /**
   * Work on the files during which neither a sync nor other work is under way. Throws the failure
   * if it fails: the log is neither as before nor as it should be.
   */
  async exclusively(work: () => Promise<void>): Promise<void> {
    this.check();
    let isDone = false;
    this.afterSync(async () => {
      await work();
      isDone = true;
    });
    await this.#background;
    if (!isDone) this.check();
  }

  /** What was synced above an offset is cut off. */
  cutTo(offset: number): void {
    this.#recoveryPoint = Math.min(this.#recoveryPoint, offset);
  }

  /** Resolves when all work that was asked for is done, or has failed. */
  async settled(): Promise<void> {
    await this.#background;
    await this.#ahead;
  }

  /** The log takes nothing more. Returns the failure, the first one if there was one. */
  fail(cause: unknown): Error {
    const message = `Cannot keep "${this.#log.directory}": ${reason(cause)}`;
    const kind = cause instanceof Fault ? cause.kind : "disk";
    return (this.#failure ??= new Fault(kind, message, { cause }));
  }

  /**
   * Everything that was appended before this call is synced. Calls that come while the disk is busy
   * are served together, by one more sync. Throws `failure` if there is one: the system tells of a
   * lost write once only.
   */
  async flush(): Promise<void> {
    const wanted = this.#log.endOffset;
    while (this.#flushing !== undefined) {
      await this.#flushing;
      if (this.#recoveryPoint >= wanted) return;
    }
    this.check();
    this.#flushing = this.#flushAll();
    await this.#flushing;
  }

  async #flushAll(): Promise<void> {
    try {
      await this.flushTo(this.#log.endOffset);
    } catch (error) {
      // Asking again would not tell what the disk has.
      throw this.fail(error);
    } finally {
      this.#flushing = undefined;
    }
  }

  /**
   * Everything below an offset is synced, and so are the indexes of segments that are finished.
   * Else: (1) the recovery point passes the end of a segment; (2) power is lost, and its time index
   * is all zeros; (3) recovery begins behind it, and makes no index anew; (4) its newest record is
   * from 1970, and retention removes it.
   */
  async flushTo(offset: number): Promise<void> {
    const log = this.#log;
    await this.#ahead;
    this.check();
    const unsynced = log.segments.filter((segment) =>
      (log.endOf(segment) > this.#recoveryPoint || segment.hasUnsyncedIndexes) &&
      segment.baseOffset < offset
    );
    for (const segment of unsynced) {
      if (!segment.isGone && await segment.writeTransactions()) this.hasNewNames();
    }
    const directories = this.#unsynced();
    for (const directory of directories) await this.#files.syncDirectory(directory);
    // Another sync that came meanwhile had to do the same, and new names have to wait for the next.
    if (this.#unsyncedDirectories === directories) this.#unsyncedDirectories = NONE;
    // What was removed meanwhile needs no sync any more.
    for (const segment of unsynced) {
      if (!segment.isGone) await segment.sync();
      if (!segment.isGone) await segment.syncIndexes();
    }
    this.#recoveryPoint = Math.max(this.#recoveryPoint, offset);
  }

  /** Directories in which names were made that are not synced yet; the same until there are new. */
  #unsynced(): readonly string[] {
    if (typeof this.#unsyncedDirectories === "string") {
      const { directory } = this.#log;
      this.#unsyncedDirectories = [directory, directory.slice(0, directory.lastIndexOf("/"))];
    }
    return this.#unsyncedDirectories;
  }
}
