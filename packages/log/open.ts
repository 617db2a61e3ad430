// Opens a partition's log from its directory, or makes an empty one: from what a survey of the
// directory has found.

import type { Clock, Files, Jobs, Uuid } from "@odradek/base";
import { LeaderEpochs } from "./epochs.ts";
import { type LogConfig, PartitionLog } from "./log.ts";
import { ProducerStates } from "./producers/producers.ts";
import { openSegment, reopenSegment } from "./segments/segment_files.ts";
import { type Survey, surveyLog, type SurveyRequest } from "./survey.ts";

export interface OpenRequest {
  readonly directory: string;
  readonly config: LogConfig;
  /** The node was stopped in order: what is on disk is whole. */
  readonly wasClean: boolean;
  /** From the checkpoint files of the log directory; 0 if they do not name the partition. */
  readonly recoveryPoint: number;
  readonly logStartOffset: number;
  readonly compactedTo?: number | undefined;
  /** If the directory is another topic's, a survey says no more than that. */
  readonly topicId?: Uuid;
  /** Many are opened: other threads help, as they do after a crash. */
  readonly isOneOfMany?: boolean;
}

export interface OpenContext {
  readonly files: Files;
  readonly clock: Clock;
  readonly jobs: Jobs;
  /** Told of each log that had to be recovered. */
  readonly note?: (line: string) => void;
}

/**
 * What a partition's directory holds; undefined if there is none. As a job after a crash, or where
 * many partitions are opened. Fault "disk" or "corrupt" if it cannot be used.
 */
export async function surveyDirectory(
  request: OpenRequest,
  { jobs, files, note }: OpenContext,
): Promise<Survey | undefined> {
  const { directory, wasClean, recoveryPoint, logStartOffset, config } = request;
  const order: SurveyRequest = {
    directory,
    wasClean,
    recoveryPoint,
    logStartOffset,
    indexIntervalBytes: config.indexIntervalBytes,
    mayHaveGaps: config.compaction !== undefined,
    topicId: request.topicId,
  };
  const isJob = !wasClean || request.isOneOfMany === true;
  const survey = isJob ? await jobs.run(surveyLog, order) : await surveyLog.run(order, files);
  const recovered = survey?.recovered;
  if (recovered !== undefined) {
    const { fromOffset, bytesTruncated } = recovered;
    const cut = bytesTruncated > 0
      ? `, ${bytesTruncated} bytes were no records and are cut off`
      : "";
    note?.(`Recovered "${directory}" from offset ${fromOffset} to ${survey?.endOffset}${cut}`);
  }
  return survey;
}

/** Fault "disk" or "corrupt" if the directory cannot be used. `survey`: of it, if it was made. */
export async function openLog(
  request: OpenRequest,
  context: OpenContext,
  survey?: Survey,
): Promise<PartitionLog> {
  const { files, clock } = context;
  const { directory, config, logStartOffset, compactedTo } = request;
  if (survey === undefined) await files.makeDirectory(directory);
  const found = survey ?? await surveyDirectory(request, context);
  const createdMs = clock.now();
  const segments = (found?.segments ?? [])
    .map((state) => reopenSegment(files, directory, { state, createdMs }));
  if (segments.length === 0) {
    segments.push(await openSegment(files, directory, { baseOffset: logStartOffset, createdMs }));
  }
  const endOffset = found?.endOffset ?? logStartOffset;
  const producers = new ProducerStates(found?.producers ?? []);
  producers.expire(clock.now(), config.producerIdleMsMax);
  return new PartitionLog(
    {
      directory,
      config,
      segments,
      producers,
      epochs: new LeaderEpochs(found?.epochs ?? []),
      startOffset: Math.max(logStartOffset, segments[0]?.baseOffset ?? 0),
      endOffset,
      recoveryPoint: request.wasClean ? endOffset : Math.min(request.recoveryPoint, endOffset),
      compactedTo,
    },
    files,
    clock,
  );
}
