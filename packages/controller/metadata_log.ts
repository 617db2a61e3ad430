// The metadata log of a node, opened where the newest snapshot ends.

import {
  type Clock,
  type Epoch,
  Fault,
  type Files,
  type Jobs,
  METADATA_TOPIC_ID,
} from "@odradek/base";
import { openLog, type PartitionLog, writeTopicId } from "@odradek/log";
import type { ResolvedConfig } from "@odradek/metadata/configs/mod";
import type { SnapshotId } from "./snapshots/stored.ts";

export interface MetadataLogRequest {
  readonly directory: string;
  readonly config: ResolvedConfig;
  /** The last stop was in order. */
  readonly wasClean: boolean;
  /** What the log goes on from; undefined: from nothing. */
  readonly snapshot: SnapshotId | undefined;
}

export interface MetadataLogContext {
  readonly files: Files;
  readonly clock: Clock;
  readonly jobs: Jobs;
}

const INDEX_INTERVAL_BYTES = 4096;
const INDEX_BYTES = 10 * 1024 * 1024;

/** Fault "corrupt" if records are missing between the snapshot and the log. */
export async function openMetadataLog(
  request: MetadataLogRequest,
  context: MetadataLogContext,
): Promise<PartitionLog> {
  const { directory, snapshot } = request;
  const log = await open(request, context);
  if (snapshot !== undefined && log.endOffset < snapshot.endOffset) {
    // What the log has lost, the snapshot holds: the log begins anew behind it.
    await log.truncateFully(snapshot.endOffset);
  }
  if (snapshot !== undefined && log.endOffset === snapshot.endOffset) {
    // A log that ends where it begins has no record that tells its epoch, and recovery believes
    // records alone: without this it would count as the oldest of all, to voters and leaders.
    log.assignEpoch(snapshot.epoch as Epoch, snapshot.endOffset);
  }
  const goesOnFrom = snapshot?.endOffset ?? 0;
  // Of records that are about to be removed, the epochs may be forgotten already.
  const knownFrom = log.epochs.entries[0]?.startOffset ?? log.endOffset;
  if (knownFrom <= goesOnFrom) log.advanceStart(knownFrom);
  if (log.startOffset > goesOnFrom) {
    const what = `its log begins at offset ${log.startOffset}`;
    const gap = goesOnFrom === 0
      ? "and there is no snapshot of what came before"
      : `and the newest snapshot that can be read ends at ${goesOnFrom}`;
    const remedy = "restore the snapshot from a backup, or empty the directory of a node whose " +
      "quorum has other voters";
    throw new Fault("corrupt", `Cannot use "${directory}": ${what}, ${gap}; ${remedy}`);
  }
  await writeTopicId(context.files, directory, METADATA_TOPIC_ID);
  return log;
}

function open(
  { directory, config, wasClean }: MetadataLogRequest,
  context: MetadataLogContext,
): Promise<PartitionLog> {
  return openLog({
    directory,
    config: {
      segmentBytes: config.value("internal.metadata.log.segment.bytes") ??
        config.value("metadata.log.segment.bytes"),
      segmentMs: config.value("metadata.log.segment.ms"),
      segmentJitterMs: 0,
      indexBytes: INDEX_BYTES,
      indexIntervalBytes: INDEX_INTERVAL_BYTES,
      flushMessages: Number.MAX_SAFE_INTEGER,
      flushMs: Number.MAX_SAFE_INTEGER,
      producerIdleMsMax: Number.MAX_SAFE_INTEGER,
      retention: undefined,
      deleteDelayMs: config.value("internal.metadata.delete.delay.millis"),
      compaction: undefined,
    },
    wasClean,
    recoveryPoint: 0,
    logStartOffset: 0,
  }, context);
}
