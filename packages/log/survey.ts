// What lies in a partition's directory: after a clean stop what the files say, after a crash what
// recovery finds. Runs as a job where there is much of it, for it reads and repairs; the thread
// that owns the log makes it from the survey without a look at the disk.

import type { DirectoryEntry, Files, Job, Uuid } from "@odradek/base";
import type { EpochEntry } from "./directories/checkpoints.ts";
import { readTopicId } from "./directories/partition_directory.ts";
import { loadEpochs } from "./epoch_file.ts";
import { loadProducers } from "./producers/load.ts";
import type { ProducerState } from "./producers/producers.ts";
import { removeSnapshots, snapshotOffsetsAmong } from "./producers/snapshot_files.ts";
import { repairTransactions } from "./producers/transaction_repair.ts";
import { recoverLog, type Recovered } from "./recovery.ts";
import { repairIndexes } from "./segments/index_repair.ts";
import type { SegmentState } from "./segments/segment.ts";
import {
  removeLeftovers,
  removeSegmentFiles,
  segmentOffsetsAmong,
} from "./segments/segment_files.ts";
import { type SegmentsSurvey, surveySegments } from "./segments/survey.ts";

export interface SurveyRequest {
  /** Of the partition. */
  readonly directory: string;
  /** The node was stopped in order: what is on disk is whole. */
  readonly wasClean: boolean;
  /** Everything below is on disk for sure. */
  readonly recoveryPoint: number;
  readonly logStartOffset: number;
  readonly indexIntervalBytes: number;
  /** Compaction may have left gaps between segments; else one is a write that was lost. */
  readonly mayHaveGaps: boolean;
  /** If the directory is another topic's, nothing in it is looked at. */
  readonly topicId?: Uuid | undefined;
}

export interface Survey {
  /** That the directory names; undefined: none. */
  readonly topicId: Uuid | undefined;
  /** Ascending; empty if nothing is left that readers may see. */
  readonly segments: readonly SegmentState[];
  readonly endOffset: number;
  readonly epochs: readonly EpochEntry[];
  readonly producers: readonly ProducerState[];
  /** Undefined: what was there was whole. */
  readonly recovered: Pick<Recovered, "fromOffset" | "bytesTruncated"> | undefined;
}

export const surveyLog: Job<SurveyRequest, Survey | undefined> = {
  module: import.meta.url,
  name: "surveyLog",
  run: survey,
};

/** Undefined if there is no such directory. Fault "disk" or "corrupt" if it cannot be used. */
async function survey(request: SurveyRequest, files: Files): Promise<Survey | undefined> {
  const { directory, wasClean, recoveryPoint } = request;
  const topicId = await readTopicId(files, directory);
  if (request.topicId !== undefined && topicId !== undefined && topicId !== request.topicId) {
    return { ...NOTHING, topicId };
  }
  const entries = await removeLeftovers(files, directory);
  if (entries.length === 0 && await files.list(directory) === undefined) return undefined;
  if (wasClean || segmentOffsetsAmong(entries).length === 0) {
    const whole = await surveyWhole(request, files, entries);
    const { segments: { states, endOffset } } = whole;
    if (endOffset !== undefined) return { ...await complete(request, files, whole), topicId };
    // The stop was in order, but somebody has damaged what it left.
    const from = states.at(-1)?.baseOffset ?? 0;
    return { ...await recover({ ...request, recoveryPoint: from }, files), topicId };
  }
  return { ...await recover({ ...request, recoveryPoint }, files), topicId };
}

const NOTHING: Survey = {
  topicId: undefined,
  segments: [],
  endOffset: 0,
  epochs: [],
  producers: [],
  recovered: undefined,
};

interface Whole {
  /** Undefined: there was nothing to recover. */
  readonly recovered?: Recovered;
  readonly entries: readonly DirectoryEntry[];
  readonly segments: SegmentsSurvey;
}

async function surveyWhole(
  { directory, indexIntervalBytes: intervalBytes, logStartOffset }: SurveyRequest,
  files: Files,
  entries: readonly DirectoryEntry[],
): Promise<Whole> {
  const hasRepaired = await repairIndexes(files, { directory, entries, intervalBytes });
  await repairTransactions(files, { directory, entries, logStartOffset });
  const now = hasRepaired ? await files.list(directory) ?? [] : entries;
  return { entries: now, segments: await surveySegments(files, directory, now) };
}

async function recover(request: SurveyRequest, files: Files): Promise<Survey> {
  const recovered = await recoverLog(request, files);
  const entries = await files.list(request.directory) ?? [];
  const whole = await surveyWhole(request, files, entries);
  return await complete(request, files, { ...whole, recovered });
}

async function complete(
  { directory, logStartOffset }: SurveyRequest,
  files: Files,
  { entries, segments: { states, endOffset: lastEnd }, recovered }: Whole,
): Promise<Survey> {
  let endOffset = recovered?.endOffset ?? lastEnd ?? 0;
  let segments = states;
  if (states.length === 0 || endOffset < logStartOffset) {
    // Everything that was left lies below what readers may see: start empty there. For good, before
    // anything else is made: a loss of power must not bring back the old beside the new.
    await removeAll(files, directory, states);
    segments = [];
    endOffset = logStartOffset;
  }
  const { fromOffset = Number.POSITIVE_INFINITY } = recovered ?? {};
  const epochs = await loadEpochs(files, directory);
  epochs.truncateFromEnd(endOffset);
  const producers = recovered?.producers ?? (await loadProducers(files, {
    directory,
    segments: segments.map(({ baseOffset }) => baseOffset),
    snapshots: segments.length === 0 ? [] : snapshotOffsetsAmong(entries),
    logStartOffset: Math.max(logStartOffset, segments[0]?.baseOffset ?? 0),
    offset: endOffset,
  })).all();
  return {
    topicId: undefined,
    segments: segments.map((state) => ({
      ...state,
      hasUnsyncedIndexes: state.baseOffset >= fromOffset,
    })),
    endOffset,
    epochs: epochs.entries,
    producers,
    recovered: recovered && { fromOffset, bytesTruncated: recovered.bytesTruncated },
  };
}

async function removeAll(
  files: Files,
  directory: string,
  states: readonly SegmentState[],
): Promise<void> {
  for (const { baseOffset } of states) await removeSegmentFiles(files, directory, baseOffset);
  await removeSnapshots(files, directory, () => true);
  if (states.length > 0) await files.syncDirectory(directory);
}
