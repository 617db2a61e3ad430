// The producer state at an offset: the newest snapshot at or below it, and what the log says from
// there on. For starts after a clean stop, truncation, and indexes of aborted transactions that are
// made anew; recovery after a crash reads the same while it checks every byte.

import type { Files } from "@odradek/base";
import { scan } from "../segments/scan.ts";
import { segmentFileName } from "../segments/parts.ts";
import type { AbortedTransaction } from "../segments/transaction_index.ts";
import { ProducerStates, replay } from "./producers.ts";
import { loadSnapshot } from "./snapshot_files.ts";

export interface LoadRequest {
  readonly directory: string;
  /** Base offsets of the segments, ascending. */
  readonly segments: readonly number[];
  readonly logStartOffset: number;
  /** Offsets of the producer snapshots, if they are known. */
  readonly snapshots?: readonly number[];
  /** State at this offset is wanted; batches from here on are not looked at. */
  readonly offset: number;
  /** Snapshots above are passed over: the log is read from further back then. */
  readonly snapshotOffsetMax?: number;
  /** Hears of each aborted transaction whose marker was read. */
  readonly aborted?: (transaction: AbortedTransaction) => void;
}

export async function loadProducers(files: Files, request: LoadRequest): Promise<ProducerStates> {
  const { directory, logStartOffset, offset, snapshots: among } = request;
  const endOffset = Math.min(offset, request.snapshotOffsetMax ?? offset);
  const snapshot = await loadSnapshot(files, directory, { logStartOffset, endOffset, among });
  const states = new ProducerStates(snapshot.producers);
  for (const [i, baseOffset] of request.segments.entries()) {
    const next = request.segments[i + 1] ?? Number.POSITIVE_INFINITY;
    if (next <= snapshot.offset || baseOffset >= offset) continue;
    const file = await files.open(`${directory}/${segmentFileName(baseOffset, "log")}`);
    try {
      for await (const { batch } of scan(file)) {
        if (batch.baseOffset >= offset) break;
        if (batch.baseOffset < snapshot.offset) continue;
        const transaction = replay(states, batch);
        if (transaction !== undefined) request.aborted?.(transaction);
      }
    } finally {
      await file.close();
    }
  }
  return states;
}
