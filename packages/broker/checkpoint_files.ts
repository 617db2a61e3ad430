// The checkpoint files that all partitions of a log directory share: written from what all reactors
// tell, one round after the other. They name partitions by their topic's name, not by its id:
//
// 1. A topic is deleted, and another is made with its name; power fails before the next checkpoint.
// 2. At the start the new topic's replica is found, and beside it the old one's log start.
// 3. The new log ends below that start: all of its records would go.
//
// So a replica that is made waits until the files do not speak of its name.

import { Fault, type Files, type Uuid } from "@odradek/base";
import { type Checkpoints, writeCheckpoints } from "@odradek/log";
import { isOffline, type LogDirectory, takeOffline } from "./partitions/log_directories.ts";

/** A replica as checkpoints name it: its directory's id, and its name as by `offsetsKey`. */
export interface CheckpointEntry {
  readonly directory: Uuid;
  readonly key: string;
}

export interface CheckpointFilesOptions {
  readonly directories: readonly LogDirectory[];
  readonly files: Files;
  /** Of each reactor: what it says of each directory, in their order. */
  readonly gather: () => Promise<readonly (readonly Checkpoints[])[]>;
  /** Of each reactor: a number that is another one when it would say something else. */
  readonly marks: () => Promise<readonly number[]>;
}

export class CheckpointFiles {
  readonly #options: CheckpointFilesOptions;
  /** Keys that each directory's files hold, or may hold while they are written. */
  readonly #written: Map<Uuid, ReadonlySet<string>>;
  /** As of the files that were written last; undefined: not of all reactors, or a write failed. */
  #marks: readonly number[] | undefined;
  /** The last round that was asked for. */
  #round: Promise<void> = Promise.resolve();

  constructor(options: CheckpointFilesOptions) {
    this.#options = options;
    this.#written = new Map(
      options.directories.map(({ id, checkpoints }) => [id, keysOf(checkpoints)]),
    );
  }

  /** Writes what holds now. Fault if a disk fails; its directory is offline then. */
  write(): Promise<void> {
    return this.#next(() => this.#writeAll(undefined));
  }

  /** As `write`, but not if the files say so already, as of idle partitions they do. */
  writeChanges(): Promise<void> {
    return this.#next(async () => {
      const marks = await this.#options.marks();
      if (this.#marks?.every((mark, i) => mark === marks[i])) return;
      this.#marks = undefined;
      await this.#writeAll(undefined);
      // What has changed since they were made is written by the next round.
      this.#marks = marks;
    });
  }

  /** Resolves when the files do not speak of a replica: at once, if they never did. */
  async forget(entry: CheckpointEntry): Promise<void> {
    if (this.#speaksOf(entry)) await this.#next(() => this.#writeUnlessForgotten(entry));
  }

  #next(round: () => Promise<void>): Promise<void> {
    const result = this.#round.then(round);
    this.#round = result.catch(() => undefined);
    return result;
  }

  /** The round before may have done it. */
  async #writeUnlessForgotten(entry: CheckpointEntry): Promise<void> {
    if (!this.#speaksOf(entry)) return;
    this.#marks = undefined;
    await this.#writeAll(entry);
  }

  #speaksOf({ directory, key }: CheckpointEntry): boolean {
    return this.#written.get(directory)?.has(key) === true;
  }

  async #writeAll(without: CheckpointEntry | undefined): Promise<void> {
    const { directories, files, gather } = this.#options;
    const parts = await gather();
    for (const [i, directory] of directories.entries()) {
      if (isOffline(directory)) continue;
      const { id, path } = directory;
      const left = without?.directory === id ? without.key : undefined;
      const checkpoints = merged(parts.map((part) => part[i] as Checkpoints), left);
      const keys = keysOf(checkpoints);
      this.#written.set(id, keys.union(this.#written.get(id) ?? keys));
      try {
        await writeCheckpoints(files, path, checkpoints);
      } catch (error) {
        if (error instanceof Fault && error.kind === "disk") takeOffline(directory);
        throw error;
      }
      this.#written.set(id, keys);
    }
  }
}

function keysOf(checkpoints: Checkpoints): Set<string> {
  const { recoveryPoints, logStarts, highWatermarks, compactedTo } = checkpoints;
  const all = [recoveryPoints, logStarts, highWatermarks, compactedTo];
  return new Set(all.flatMap((offsets) => [...offsets.keys()]));
}

function merged(parts: readonly Checkpoints[], without: string | undefined): Checkpoints {
  const join = (name: keyof Checkpoints): ReadonlyMap<string, number> => {
    const all = new Map(parts.flatMap((part) => [...part[name]]));
    if (without !== undefined) all.delete(without);
    return all;
  };
  return {
    recoveryPoints: join("recoveryPoints"),
    logStarts: join("logStarts"),
    highWatermarks: join("highWatermarks"),
    compactedTo: join("compactedTo"),
  };
}
