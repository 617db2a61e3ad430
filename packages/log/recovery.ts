// What is done to a partition's log after a crash: everything from the recovery point on is read
// and checked, the indexes are made anew, and at the first bad batch the log ends: that batch, what
// follows it and all later segments go. It reads every byte: the survey that calls it is a job.

import type { Files } from "@odradek/base";
import type { Batch } from "@odradek/protocol/records/batch";
import { formatEpochs, LEADER_EPOCH_FILE, replaceFile } from "./directories/checkpoints.ts";
import { LeaderEpochs } from "./epochs.ts";
import { IndexBuilder, overwrite } from "./segments/index_builder.ts";
import { loadEpochs } from "./epoch_file.ts";
import { loadProducers } from "./producers/load.ts";
import { type ProducerState, ProducerStates, replay } from "./producers/producers.ts";
import { scan } from "./segments/scan.ts";
import { segmentFileName, type SegmentSuffix } from "./segments/parts.ts";
import { removeSegmentFiles, segmentOffsets } from "./segments/segment_files.ts";
import { removeSnapshots, writeSnapshot } from "./producers/snapshot_files.ts";
import type { SurveyRequest } from "./survey.ts";
import { type AbortedTransaction, encodeAborted } from "./segments/transaction_index.ts";

export type RecoveryRequest = Pick<
  SurveyRequest,
  "directory" | "recoveryPoint" | "logStartOffset" | "indexIntervalBytes" | "mayHaveGaps"
>;

export interface Recovered {
  /** Of the first segment that was read. Its indexes, and those behind it, are not synced. */
  readonly fromOffset: number;
  readonly endOffset: number;
  readonly producers: readonly ProducerState[];
  /** Bytes that were cut off or lay in segments that went. */
  readonly bytesTruncated: number;
}

/** Fault "disk" or "corrupt" if the directory cannot be used. */
export async function recoverLog(request: RecoveryRequest, files: Files): Promise<Recovered> {
  return await new Recovery(request, files).run();
}

class Recovery {
  readonly #request: RecoveryRequest;
  readonly #files: Files;
  #epochs = new LeaderEpochs();
  /** As their file has them. */
  #epochsBefore = "";
  #producers = new ProducerStates();
  /** Of the segment that is looked at. */
  #aborted: AbortedTransaction[] = [];
  #endOffset: number;
  #bytesTruncated = 0;

  constructor(request: RecoveryRequest, files: Files) {
    this.#request = request;
    this.#files = files;
    this.#endOffset = request.logStartOffset;
  }

  async run(): Promise<Recovered> {
    const { directory, recoveryPoint, logStartOffset } = this.#request;
    this.#epochs = await loadEpochs(this.#files, directory);
    this.#epochsBefore = formatEpochs(this.#epochs.entries);
    const segments = await segmentOffsets(this.#files, directory);
    // The segment that holds the recovery point is read from its beginning: its indexes are made
    // anew, and for that of the transactions it must be known which were open there.
    // What lies below the log's start may be back, in parts: nobody wants it.
    const from = Math.max(recoveryPoint, logStartOffset);
    const first = segments.findLast((base) => base <= from) ?? segments[0] ?? 0;
    // What the file says from there on may be older than a truncation: the batches tell better.
    this.#epochs.truncateFromEnd(first);
    this.#producers = await loadProducers(this.#files, {
      directory,
      segments,
      logStartOffset,
      offset: first,
    });
    const offsets = segments.filter((baseOffset) => baseOffset >= first);
    let isFirst = true;
    for (const [i, baseOffset] of offsets.entries()) {
      const nextOffset = offsets[i + 1] ?? Number.POSITIVE_INFINITY;
      // Power was lost after a later segment had reached the disk, and this one not.
      const isLost = !isFirst && !this.#mayFollow(baseOffset);
      if (!isLost && await this.#recoverSegment(baseOffset, nextOffset)) {
        isFirst = false;
        continue;
      }
      await this.#dropSegments(offsets.slice(isLost ? i : i + 1));
      break;
    }
    await this.#finish();
    return {
      fromOffset: first,
      endOffset: this.#endOffset,
      producers: this.#producers.all(),
      bytesTruncated: this.#bytesTruncated,
    };
  }

  /** False: it ended before its end, and the log ends with it. */
  async #recoverSegment(
    baseOffset: number,
    nextOffset: number,
  ): Promise<boolean> {
    const path = this.#path(baseOffset, "log");
    const file = await this.#files.open(path);
    try {
      const index = new IndexBuilder(
        baseOffset,
        this.#request.indexIntervalBytes,
      );
      let validBytes = 0;
      this.#endOffset = baseOffset;
      this.#aborted = [];
      for await (const { position, batch } of scan(file)) {
        // Within a segment only compaction leaves gaps: a write that was lost leaves zeros.
        if (batch.baseOffset < this.#endOffset || !isSound(batch, nextOffset)) break;
        this.#take(batch);
        index.add(batch, position);
        validBytes = position + batch.bytes.length;
      }
      await this.#writeIndexes(baseOffset, index);
      if (validBytes === file.size) return true;
      this.#bytesTruncated += file.size - validBytes;
      await file.truncate(validBytes);
      await file.sync();
      return false;
    } finally {
      await file.close();
    }
  }

  async #writeIndexes(baseOffset: number, index: IndexBuilder): Promise<void> {
    const files = this.#files;
    await overwrite(files, this.#path(baseOffset, "index"), index.offsetIndex());
    await overwrite(files, this.#path(baseOffset, "timeindex"), index.timeIndex());
    const aborted = this.#path(baseOffset, "txnindex");
    if (this.#aborted.length === 0) await files.remove(aborted);
    else await files.writeWhole(aborted, encodeAborted(this.#aborted));
  }

  /** Whether a segment goes on where the one before has ended. */
  #mayFollow(baseOffset: number): boolean {
    const { mayHaveGaps, recoveryPoint } = this.#request;
    return baseOffset === this.#endOffset ||
      (baseOffset > this.#endOffset && (mayHaveGaps || baseOffset <= recoveryPoint));
  }

  #take(batch: Batch): void {
    this.#epochs.assign(batch.leaderEpoch, batch.baseOffset);
    if (batch.baseOffset >= this.#request.logStartOffset) {
      const aborted = replay(this.#producers, batch);
      if (aborted !== undefined) this.#aborted.push(aborted);
    }
    this.#endOffset = batch.nextOffset;
  }

  /** For good: after a loss of power they must not be back behind what is written from here on. */
  async #dropSegments(offsets: readonly number[]): Promise<void> {
    const { directory } = this.#request;
    for (const baseOffset of offsets) {
      const file = await this.#files.open(this.#path(baseOffset, "log"));
      this.#bytesTruncated += file.size;
      await file.close();
      await removeSegmentFiles(this.#files, directory, baseOffset);
    }
    if (offsets.length > 0) await this.#files.syncDirectory(directory);
  }

  /** What lies beyond the end goes from the files beside the segments too. */
  async #finish(): Promise<void> {
    const { directory } = this.#request;
    const endOffset = this.#endOffset;
    this.#epochs.truncateFromEnd(endOffset);
    const epochs = formatEpochs(this.#epochs.entries);
    if (epochs !== this.#epochsBefore) {
      await replaceFile(this.#files, `${directory}/${LEADER_EPOCH_FILE}`, epochs);
    }
    await removeSnapshots(this.#files, directory, (offset) => offset > endOffset);
    const producers = this.#producers.all();
    // Who would read it finds none of them in the batches either.
    if (producers.length === 0) return;
    await writeSnapshot(this.#files, directory, { offset: endOffset, producers });
  }

  #path(baseOffset: number, suffix: SegmentSuffix): string {
    return `${this.#request.directory}/${segmentFileName(baseOffset, suffix)}`;
  }
}

/** Whole it is already: `scan` sees to that. */
function isSound(batch: Batch, nextOffset: number): boolean {
  return batch.lastOffset >= batch.baseOffset && batch.lastOffset < nextOffset &&
    batch.isCrcValid();
}
