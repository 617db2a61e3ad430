// The log directories of a broker, as its partitions see them: which replica lies where, and where
// a new one goes.

import type { Uuid } from "@odradek/base";
import type { Checkpoints } from "@odradek/log";

export interface LogDirectory {
  readonly path: string;
  readonly id: Uuid;
  /** The last stop was in order. */
  readonly wasClean: boolean;
  /** As they were at start. */
  readonly checkpoints: Checkpoints;
  /** Not 0: it has failed. In memory that all threads of the node share. */
  readonly offline: Int32Array;
  /** Names of the replicas that lay there at start and were not deleted since. */
  readonly replicas: Set<string>;
}

/** Of a directory that works, for `LogDirectory.offline`. */
export function online(): Int32Array {
  return new Int32Array(new SharedArrayBuffer(4));
}

/** Whether it has failed; then it stays so until the next start. */
export function isOffline({ offline }: Pick<LogDirectory, "offline">): boolean {
  return Atomics.load(offline, 0) !== 0;
}

/** Whether it worked until now. */
export function takeOffline({ offline }: Pick<LogDirectory, "offline">): boolean {
  const worked = Atomics.exchange(offline, 0, 1) === 0;
  if (worked) Atomics.notify(offline, 0);
  return worked;
}

/** Resolves when all of them have failed. */
export async function allOffline(
  directories: readonly Pick<LogDirectory, "offline">[],
): Promise<void> {
  for (const { offline } of directories) {
    while (Atomics.load(offline, 0) === 0) await Atomics.waitAsync(offline, 0, 0).value;
  }
}

/** One that could not be read at the start: nobody knows what lies in it. */
export function unusableDirectory(path: string, id: Uuid): LogDirectory {
  const none: ReadonlyMap<string, number> = new Map();
  const offline = online();
  takeOffline({ offline });
  return {
    path,
    id,
    wasClean: false,
    checkpoints: {
      recoveryPoints: none,
      logStarts: none,
      highWatermarks: none,
      compactedTo: none,
    },
    offline,
    replicas: new Set(),
  };
}

/**
 * A name is one directory, and replicas of it by turns may be those of several reactors:
 *
 * 1. A topic is deleted, and another is made with its name at once, whose owner is another reactor.
 * 2. That one is quicker, finds no replica of its own, and makes a log in the old one's directory.
 * 3. The old one's owner renames the directory, and what was written to the new one goes with it.
 */
export interface Drops {
  /** What is deleted below an offset of the metadata has left its directories here. */
  dropped(endOffset: number): void;
  /** Resolves when it has left those of all reactors. */
  untilDropped(endOffset: number): Promise<void>;
}

export class LogDirectories {
  readonly all: readonly LogDirectory[];
  readonly #counts = new Map<LogDirectory, number>();

  constructor(all: readonly LogDirectory[]) {
    this.all = all;
    for (const directory of all) this.#counts.set(directory, 0);
  }

  /** Where the replica lies, or is to be made: as assigned, else where the fewest are. */
  placeOf(name: string, assigned: Uuid | undefined): LogDirectory {
    const present = this.all.find(({ replicas }) => replicas.has(name));
    const chosen = present ?? this.all.find(({ id }) => id === assigned) ?? this.#emptiest();
    this.#counts.set(chosen, (this.#counts.get(chosen) ?? 0) + 1);
    return chosen;
  }

  /** Whether a replica that is in none of those that work may lie in one that does not. */
  mayHide(name: string): boolean {
    return this.all.some(isOffline) && !this.all.some(({ replicas }) => replicas.has(name));
  }

  #emptiest(): LogDirectory {
    const count = (directory: LogDirectory): number => this.#counts.get(directory) ?? 0;
    const usable = this.all.filter((directory) => !isOffline(directory));
    // Without any, the one that is found says why there is no place.
    const choice = usable.length > 0 ? usable : this.all;
    return choice.reduce((least, one) => (count(one) < count(least) ? one : least));
  }
}
