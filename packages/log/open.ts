// Opens a partition's log from its directory, or makes an empty one: after a clean stop from what
// the files say, after a crash from what recovery finds.

import type { Clock, Files, Jobs } from "@odradek/base";
import { loadEpochs } from "./epoch_file.ts";
import { type LogConfig, PartitionLog } from "./log.ts";
import { loadProducers } from "./producers/load.ts";
import { ProducerStates } from "./producers/producers.ts";
import { type Recovered, recoverLog } from "./recovery.ts";
import { repairTransactions } from "./producers/transaction_repair.ts";
import { repairIndexes } from "./segments/index_repair.ts";
import type { Segment } from "./segments/segment.ts";
import {
  openSegment,
  removeLeftovers,
  removeSegmentFiles,
  segmentOffsets,
} from "./segments/segment_files.ts";
import { removeSnapshots } from "./producers/snapshot_files.ts";

export interface OpenRequest {
  readonly directory: string;
  readonly config: LogConfig;
  /** The node was stopped in order: what is on disk is whole. */
  readonly wasClean: boolean;
  /** From the checkpoint files of the log directory; 0 if they do not name the partition. */
  readonly recoveryPoint: number;
  readonly logStartOffset: number;
  readonly compactedTo?: number | undefined;
}

export interface OpenContext {
  readonly files: Files;
  readonly clock: Clock;
  readonly jobs: Jobs;
  /** Told of each log that had to be recovered. */
  readonly note?: (line: string) => void;
}

/** Fault "disk" or "corrupt" if the directory cannot be used. */
export async function openLog(
  request: OpenRequest,
  context: OpenContext,
): Promise<PartitionLog> {
  const { files } = context;
  const { directory } = request;
  await files.makeDirectory(directory);
  await removeLeftovers(files, directory);
  const hasSegments = (await segmentOffsets(files, directory)).length > 0;
  const recovered = request.wasClean || !hasSegments
    ? undefined
    : await recover(request, context, request.recoveryPoint);
  return await load(request, context, recovered);
}

async function recover(
  { directory, logStartOffset, config }: OpenRequest,
  { jobs, clock, note }: OpenContext,
  recoveryPoint: number,
): Promise<Recovered> {
  const startedMs = clock.monotonic();
  const recovered = await jobs.run(recoverLog, {
    directory,
    recoveryPoint,
    logStartOffset,
    indexIntervalBytes: config.indexIntervalBytes,
    mayHaveGaps: config.compaction !== undefined,
  });
  const { endOffset, bytesTruncated } = recovered;
  const cut = bytesTruncated > 0 ? `, ${bytesTruncated} bytes were no records and are cut off` : "";
  const ms = Math.round(clock.monotonic() - startedMs);
  note?.(`Recovered "${directory}" from offset ${recoveryPoint} to ${endOffset} in ${ms} ms${cut}`);
  return recovered;
}

async function load(
  request: OpenRequest,
  context: OpenContext,
  recovered: Recovered | undefined,
): Promise<PartitionLog> {
  const { files, clock } = context;
  const { directory, config, logStartOffset } = request;
  await repairIndexes(directory, config.indexIntervalBytes, context);
  await repairTransactions(files, directory, logStartOffset);
  let segments = await openSegments(files, directory, clock.now());
  const last = segments.at(-1);
  const lastEnd = last === undefined ? 0 : await last.resume();
  if (last !== undefined && lastEnd === undefined && recovered === undefined) {
    // The stop was in order, but somebody has damaged what it left.
    for (const segment of segments) await segment.close();
    return await load(request, context, await recover(request, context, last.baseOffset));
  }
  let endOffset = recovered?.endOffset ?? lastEnd ?? 0;
  if (segments.length === 0 || endOffset < logStartOffset) {
    // Everything that was left lies below what readers may see: start empty there. For good, before
    // anything else is made: a loss of power must not bring back the old beside the new.
    await removeSegments(files, directory, segments);
    await files.syncDirectory(directory);
    const empty = { baseOffset: logStartOffset, createdMs: clock.now() };
    segments = [await openSegment(files, directory, empty)];
    endOffset = logStartOffset;
  }
  const startOffset = Math.max(logStartOffset, segments[0]?.baseOffset ?? 0);
  const epochs = await loadEpochs(files, directory);
  epochs.truncateFromEnd(endOffset);
  const producers = recovered === undefined
    ? await loadProducers(files, {
      directory,
      segments: segments.map(({ baseOffset }) => baseOffset),
      logStartOffset: startOffset,
      offset: endOffset,
    })
    : new ProducerStates(recovered.producers);
  producers.expire(clock.now(), config.producerIdleMsMax);
  const recoveryPoint = request.wasClean ? endOffset : Math.min(request.recoveryPoint, endOffset);
  const unsyncedDirectories = [directory, directory.slice(0, directory.lastIndexOf("/"))];
  const { compactedTo } = request;
  const offsets = { startOffset, endOffset, recoveryPoint, compactedTo };
  return new PartitionLog(
    { directory, config, segments, producers, epochs, ...offsets, unsyncedDirectories },
    files,
    clock,
  );
}

async function openSegments(
  files: Files,
  directory: string,
  createdMs: number,
): Promise<Segment[]> {
  const offsets = await segmentOffsets(files, directory);
  return await Promise.all(
    offsets.map((baseOffset) => openSegment(files, directory, { baseOffset, createdMs })),
  );
}

async function removeSegments(
  files: Files,
  directory: string,
  segments: readonly Segment[],
): Promise<void> {
  for (const segment of segments) {
    await segment.close();
    await removeSegmentFiles(files, directory, segment.baseOffset);
  }
  await removeSnapshots(files, directory, () => true);
}
