// What the simulation knows of one partition's log: what is on the disk, what was acknowledged, and
// what somebody has read.

import type { DiskLog } from "./disk_log.ts";

export interface LogTruthOptions {
  readonly flushMessages?: number;
  /** Of the newest snapshot that is on the disk now. */
  readonly snapshotEnd?: () => number;
}

export class LogTruth {
  /** `topic-partition` */
  readonly name: string;
  readonly log: DiskLog;
  /** Unsynced records that the topic allows behind an acknowledgement, and one more. */
  readonly flushMessages: number;
  readonly #snapshotEnd: () => number;
  #deletedBelow = 0;
  /** Origin by offset. */
  readonly acknowledged = new Map<number, string>();
  /** Fingerprint by offset. */
  readonly read = new Map<number, string>();

  constructor(name: string, log: DiskLog, options: LogTruthOptions = {}) {
    this.name = name;
    this.log = log;
    this.flushMessages = options.flushMessages ?? Number.POSITIVE_INFINITY;
    this.#snapshotEnd = options.snapshotEnd ?? (() => 0);
  }

  /** Records below may be gone or not: somebody wants that, or a snapshot stands for them. */
  get deletedBelow(): number {
    return Math.max(this.#deletedBelow, this.#snapshotEnd());
  }

  set deletedBelow(offset: number) {
    this.#deletedBelow = offset;
  }

  /** What was lost with power: other records may take these offsets. */
  forgetFrom(offset: number): void {
    for (const known of [this.acknowledged, this.read]) {
      for (const one of known.keys()) if (one >= offset) known.delete(one);
    }
  }
}
