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
export function isOffline({ offline }: LogDirectory): boolean {
  return Atomics.load(offline, 0) !== 0;
}

/** Whether it worked until now. */
export function takeOffline({ offline }: LogDirectory): boolean {
  return Atomics.exchange(offline, 0, 1) === 0;
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

  #emptiest(): LogDirectory {
    const count = (directory: LogDirectory): number => this.#counts.get(directory) ?? 0;
    const usable = this.all.filter((directory) => !isOffline(directory));
    // Without any, the one that is found says why there is no place.
    const choice = usable.length > 0 ? usable : this.all;
    return choice.reduce((least, one) => (count(one) < count(least) ? one : least));
  }
}
