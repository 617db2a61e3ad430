// What requests ask of partitions, as calls that name (topic id, partition) and are answered with
// plain values: the same whether the partition belongs to this reactor or to another one.

import type { Lease, NodeId, Uuid } from "@odradek/base";
import type { AbortedTransaction, EpochEnd, ProducerState } from "@odradek/log";
import type { Outcome } from "./refused.ts";
import type { FetchTerms, FetchWish } from "./fetch.ts";
import type { FoundOffset, OffsetQuestion } from "./offsets.ts";

export interface PartitionRef {
  readonly topicId: Uuid;
  readonly partition: number;
}

export interface AppendCall extends PartitionRef {
  /** One batch. Good during the call only, unless the call is answered by a promise. */
  readonly batch: Uint8Array;
  readonly acks: number;
}

export interface AppendAnswer {
  readonly baseOffset: number;
  readonly logAppendTimeMs: number;
  readonly logStartOffset: number;
}

export interface AppendTerms {
  /** How long acks -1 may wait for the in-sync replicas. */
  readonly timeoutMs: number;
}

export type FetchCall = PartitionRef & FetchWish;

export interface FetchLimits extends FetchTerms {
  /** Of all partitions together; the first batch is given even if it is larger. */
  readonly bytesMax: number;
}

export interface FetchAnswer {
  readonly highWatermark: number;
  readonly lastStableOffset: number;
  readonly logStartOffset: number;
  readonly lease: Lease | undefined;
  readonly sizeBytes: number;
  readonly aborted: readonly AbortedTransaction[] | undefined;
  readonly diverging: EpochEnd | undefined;
  /** Who is to be asked instead. */
  readonly nearer?: NodeId;
}

export interface WaitTerms extends FetchTerms {
  /** Enough of all partitions together. */
  readonly bytesMin: number;
  /** What the last read gave of each call. */
  readonly bytesFound: readonly number[];
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export type OffsetCall = PartitionRef & OffsetQuestion;

export interface EpochCall extends PartitionRef {
  /** That the client thinks is current; -1: not told. */
  readonly leaderEpoch: number;
  /** Whose end is asked for. */
  readonly epoch: number;
}

export interface DeleteCall extends PartitionRef {
  /** -1: up to the high watermark. */
  readonly offset: number;
}

export interface DeleteTerms {
  /** How long the followers may take. */
  readonly timeoutMs: number;
}

export interface DeleteAnswer {
  /** Of all replicas that live. */
  readonly lowWatermark: number;
  /** Some of them still have what is to go. */
  readonly isLate: boolean;
}

export interface ProducersAnswer {
  readonly producers: readonly ProducerState[];
}

/** Where a replica lies on this broker, and how much of it. */
export interface LocatedAnswer {
  /** Of the log directory. */
  readonly directoryId: Uuid | undefined;
  readonly sizeBytes: number;
  /** How far its end is behind the high watermark. */
  readonly lag: number;
}

export type MaybePromise<T> = T | Promise<T>;
export type Outcomes<T> = readonly Outcome<T>[];

/** Each answers its calls in their order; a partition that refuses does not keep the others. */
export interface PartitionService {
  append(calls: readonly AppendCall[], terms: AppendTerms): MaybePromise<Outcomes<AppendAnswer>>;
  /** The caller ends the leases. */
  fetch(calls: readonly FetchCall[], limits: FetchLimits): MaybePromise<Outcomes<FetchAnswer>>;
  /** Until there is enough to fetch, something else has changed, or the time is up. */
  waitForData(calls: readonly FetchCall[], terms: WaitTerms): Promise<void>;
  offsets(calls: readonly OffsetCall[]): Promise<Outcomes<FoundOffset>>;
  epochEnds(calls: readonly EpochCall[]): MaybePromise<Outcomes<EpochEnd>>;
  deleteRecords(calls: readonly DeleteCall[], terms: DeleteTerms): Promise<Outcomes<DeleteAnswer>>;
  producers(calls: readonly PartitionRef[]): MaybePromise<Outcomes<ProducersAnswer>>;
  /** Of any replica, whoever leads. */
  located(calls: readonly PartitionRef[]): MaybePromise<Outcomes<LocatedAnswer>>;
}
