// Offsets by time, by epoch, and the special ones of ListOffsets. Rules: protocol §8.

import { type EpochEnd, findByTimestamp, findLargestTimestamp } from "@odradek/log";
import { Refusal } from "@odradek/protocol/refusal";
import type { Partition } from "./partition.ts";

/** Timestamps that mean something else, and the version of ListOffsets that brought them. */
const SPECIAL = {
  latest: -1,
  earliest: -2,
  maxTimestamp: -3,
  earliestLocal: -4,
  latestTiered: -5,
  earliestPendingUpload: -6,
} as const;
const SINCE = new Map<number, number>([
  [SPECIAL.latest, 1],
  [SPECIAL.earliest, 1],
  [SPECIAL.maxTimestamp, 7],
  [SPECIAL.earliestLocal, 8],
  [SPECIAL.latestTiered, 9],
  [SPECIAL.earliestPendingUpload, 11],
]);

/** Of a replica that only looks: it asks anybody, not just the leader. */
const DEBUGGING_REPLICA = -2;

export interface OffsetQuestion {
  readonly timestamp: number;
  /** -1: not told. */
  readonly leaderEpoch: number;
  readonly replicaId: number;
  readonly isReadCommitted: boolean;
  /** Of the request. */
  readonly version: number;
}

export interface FoundOffset {
  /** -1 for the special ones. */
  readonly timestamp: number;
  /** -1: none. */
  readonly offset: number;
  readonly leaderEpoch: number;
}

const NONE: FoundOffset = { timestamp: -1, offset: -1, leaderEpoch: -1 };

/** Refuses with UNSUPPORTED_VERSION and the errors of leadership. */
export async function offsetFor(
  partition: Partition,
  question: OffsetQuestion,
): Promise<FoundOffset> {
  const { timestamp, version, replicaId } = question;
  const since = timestamp < 0 ? SINCE.get(timestamp) : 0;
  if (since === undefined || since > version) throw new Refusal("UNSUPPORTED_VERSION");
  if (replicaId === DEBUGGING_REPLICA) partition.checkEpoch(question.leaderEpoch);
  else partition.checkLeader(question.leaderEpoch);
  const { log, leaderEpoch } = partition;
  const { startOffset } = log;
  const start: FoundOffset = {
    timestamp: -1,
    offset: startOffset,
    leaderEpoch: log.epochs.epochAt(startOffset),
  };
  if (replicaId < 0 && timestamp !== SPECIAL.earliest) checkIsKnown(partition, version);
  const bound = boundOf(partition, question);
  switch (timestamp) {
    case SPECIAL.latest:
      return { timestamp: -1, offset: bound, leaderEpoch };
    case SPECIAL.earliest:
    case SPECIAL.earliestLocal:
      return start;
    case SPECIAL.earliestPendingUpload:
    case SPECIAL.latestTiered:
      return NONE;
  }
  const found = timestamp === SPECIAL.maxTimestamp
    ? await findLargestTimestamp(log)
    : await findByTimestamp(log, timestamp);
  return found === undefined || found.offset >= bound ? NONE : found;
}

/** A new leader may have less committed than others have told already. */
function checkIsKnown(partition: Partition, version: number): void {
  if (!partition.isLeader || partition.isHighWatermarkKnown) return;
  const isOld = version < NOT_AVAILABLE_SINCE;
  throw new Refusal(isOld ? "LEADER_NOT_AVAILABLE" : "OFFSET_NOT_AVAILABLE");
}

const NOT_AVAILABLE_SINCE = 5;

function boundOf(partition: Partition, { replicaId, isReadCommitted }: OffsetQuestion): number {
  if (replicaId >= 0) return partition.log.endOffset;
  return isReadCommitted ? partition.lastStableOffset : partition.highWatermark;
}

/** Where an epoch ended, for clients and followers that look for where their log left ours. */
export function endOfEpoch(
  partition: Partition,
  { leaderEpoch, epoch }: { readonly leaderEpoch: number; readonly epoch: number },
): EpochEnd {
  partition.checkLeader(leaderEpoch);
  return partition.log.endOffsetForEpoch(epoch);
}
