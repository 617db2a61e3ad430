// What the simulation knows of one partition's log: what is on the disk, what was acknowledged, and
// what somebody has read.

import type { DiskLog } from "./disk_log.ts";

export class LogTruth {
  /** `topic-partition` */
  readonly name: string;
  readonly log: DiskLog;
  /** Unsynced records that the topic allows behind an acknowledgement, and one more. */
  readonly flushMessages: number;
  /** Somebody has asked for records below to be deleted: they may be gone or not. */
  deletedBelow = 0;
  /** Origin by offset. */
  readonly acknowledged = new Map<number, string>();
  /** Fingerprint by offset. */
  readonly read = new Map<number, string>();

  constructor(name: string, log: DiskLog, flushMessages = Number.POSITIVE_INFINITY) {
    this.name = name;
    this.log = log;
    this.flushMessages = flushMessages;
  }

  /** What was lost with power: other records may take these offsets. */
  forgetFrom(offset: number): void {
    for (const known of [this.acknowledged, this.read]) {
      for (const one of known.keys()) if (one >= offset) known.delete(one);
    }
  }
}
