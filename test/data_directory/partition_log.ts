// The whole log of a partition, as its leader serves it.

import { safeInteger, type TopicPartition } from "@odradek/base";
import { type Cluster, type ConsumerRecord, done } from "@odradek/client";
import type { AbortedTransaction } from "@odradek/client/consumer/committed";
import { visibleBatches } from "@odradek/client/consumer/committed";
import { fetchDraft, fetchedOf } from "@odradek/client/consumer/fetch_request";
import type { IsolationLevel } from "@odradek/client/consumer/record";
import { refusalOf } from "@odradek/client/refused";
import { Fetch } from "@odradek/protocol/messages/fetch";
import { type Batch, readBatches } from "@odradek/protocol/records/batch";
import { readRecords } from "@odradek/protocol/records/record";

export interface LogRequest extends TopicPartition {
  readonly from: number;
  readonly to: number;
  readonly isolationLevel: IsolationLevel;
}

export interface FetchedLog {
  readonly batches: readonly Batch[];
  /** Each once. */
  readonly aborted: readonly AbortedTransaction[];
}

const SETTINGS = {
  maxWaitMs: 0,
  minBytes: 0,
  maxBytes: 1_048_576,
  // So that every partition of some size takes more than one fetch.
  partitionBytesMax: 100_000,
} as const;

/** Everything from one offset up to another. Throws if the leader does not give it. */
export async function fetchLog(cluster: Cluster, request: LogRequest): Promise<FetchedLog> {
  const { from, to, isolationLevel } = request;
  const batches: Batch[] = [];
  const aborted = new Map<string, AbortedTransaction>();
  await cluster.partition(request);
  for (let offset = from; offset < to;) {
    const { view } = cluster;
    const draft = fetchDraft([{ ...request, offset }], view, { ...SETTINGS, isolationLevel });
    const answer = await cluster.ask({ leaderOf: request }, Fetch, draft);
    const told = done(refusalOf(answer.errorCode) ?? fetchedOf(answer, request, view));
    done(refusalOf(told.errorCode) ?? true);
    const got = [...readBatches(told.records ?? new Uint8Array(0))];
    const last = got.at(-1);
    if (last === undefined) throw new Error(`Nothing comes at offset ${offset}, before ${to}`);
    batches.push(...got);
    for (const one of told.abortedTransactions ?? []) {
      aborted.set(`${one.producerId} ${one.firstOffset}`, one);
    }
    offset = last.nextOffset;
  }
  return { batches, aborted: [...aborted.values()] };
}

/** The transactions that a fetch at one offset says are aborted. */
export async function abortedAt(
  cluster: Cluster,
  request: TopicPartition & { readonly offset: number },
): Promise<{ readonly producerId: number; readonly firstOffset: number }[]> {
  const from = request.offset;
  const isolationLevel = "read_committed";
  const { aborted } = await fetchLog(cluster, { ...request, from, to: from + 1, isolationLevel });
  return aborted.map(({ producerId, firstOffset }) => ({
    producerId: safeInteger(producerId),
    firstOffset: safeInteger(firstOffset),
  }));
}

export type SeenRecord = Omit<ConsumerRecord, "topic" | "partition">;

/** What a consumer that begins at an offset sees of it. */
export function recordsOf({ batches, aborted }: FetchedLog, from: number): SeenRecord[] {
  return [...visibleBatches(batches, aborted)].flatMap((batch) =>
    [...readRecords(batch)].filter(({ offset }) => offset >= from).map((record) => ({
      ...record,
      timestampType: batch.timestampType,
      leaderEpoch: batch.leaderEpoch,
    }))
  );
}
