// Records as consumers see them.

import type { TimestampType } from "@odradek/protocol/records/batch";
import type { RecordHeader } from "@odradek/protocol/records/record";

export interface ConsumerRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** ms since 1970; -1: none. */
  readonly timestamp: number;
  readonly timestampType: TimestampType;
  /** In which it was written; -1: not told. */
  readonly leaderEpoch: number;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers: readonly RecordHeader[];
}

export type IsolationLevel = "read_uncommitted" | "read_committed";

/** The smallest, the end of what may be read, or one that is known. */
export type StartOffset = "earliest" | "latest" | number;
