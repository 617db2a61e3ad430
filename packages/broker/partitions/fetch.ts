// What a fetch gets from one partition, and how much there is for it. Rules: protocol §7.

import { type Lease, type NodeId, nodeId } from "@odradek/base";
import type { AbortedTransaction, EpochEnd, LogSlice } from "@odradek/log";
import { Refusal } from "@odradek/protocol/refusal";
import type { Throttle } from "../replication/throttle.ts";
import type { Partition } from "./partition.ts";

export interface FetchWish {
  readonly fetchOffset: number;
  /** -1: the client does not know it. */
  readonly leaderEpoch: number;
  /** Of the record before the fetch offset; -1: not told. */
  readonly lastFetchedEpoch: number;
  readonly bytesMax: number;
  /** Of a follower that wants to hear of a higher one (KIP-1166); undefined: not told. */
  readonly highWatermark?: number | undefined;
  /** Of a follower's log. */
  readonly logStartOffset?: number;
}

export interface FetchTerms {
  /** Of the follower that fetches; -1: a consumer. */
  readonly replicaId: number;
  /** Of the follower's registration; -1 or undefined: not told. */
  readonly brokerEpoch?: number;
  readonly isReadCommitted: boolean;
  /** A consumer that may be answered by a follower (KIP-392). */
  readonly mayReadFollower?: boolean;
  /** Of such a consumer, where the broker minds racks; "" or undefined: none. */
  readonly rack?: string;
  /** Of what followers get; absent: nothing is throttled. */
  readonly throttle?: Throttle | undefined;
}

export interface Fetched {
  readonly highWatermark: number;
  readonly lastStableOffset: number;
  readonly logStartOffset: number;
  /** Undefined: nothing is there. */
  readonly lease: Lease | undefined;
  readonly sizeBytes: number;
  /** Those that overlap what is there; undefined: nobody asks. */
  readonly aborted: readonly AbortedTransaction[] | undefined;
  /** Where the client's log left this one; then there are no records. */
  readonly diverging: EpochEnd | undefined;
  /** Who is to be asked instead; then there are no records. */
  readonly nearer?: NodeId;
}

/** Refuses for the partition. */
export function fetchFrom(
  partition: Partition,
  wish: FetchWish,
  terms: FetchTerms & { readonly bytesLeft: number; readonly minOneBatch: boolean },
): Fetched | Promise<Fetched> {
  const { log } = partition;
  if (terms.mayReadFollower === true) partition.checkReplica(wish.leaderEpoch);
  else partition.checkLeader(wish.leaderEpoch);
  if (terms.rack) partition.checkNear();
  if (wish.fetchOffset < log.startOffset) throw new Refusal("OFFSET_OUT_OF_RANGE");
  const diverging = divergence(partition, wish);
  if (diverging !== undefined) {
    const none = { lease: undefined, sizeBytes: 0, aborted: undefined };
    return { ...stateOf(partition), ...none, diverging };
  }
  if (wish.fetchOffset > log.endOffset) throw new Refusal("OFFSET_OUT_OF_RANGE");
  if (terms.replicaId >= 0) acknowledge(partition, wish, terms);
  const state = stateOf(partition);
  if (terms.rack) {
    const nearer = partition.nearerReplica(terms.rack, wish.fetchOffset);
    const none = { lease: undefined, sizeBytes: 0, aborted: undefined, diverging };
    if (nearer !== undefined) return { ...state, ...none, nearer };
  }
  if (isHeldBack(partition, terms)) {
    return { ...state, lease: undefined, sizeBytes: 0, aborted: undefined, diverging };
  }
  const bytesMax = Math.min(wish.bytesMax, terms.bytesLeft);
  if (bytesMax < 0) throw new Refusal("UNKNOWN_SERVER_ERROR", `A limit of ${bytesMax} bytes`);
  const read = {
    offset: wish.fetchOffset,
    upTo: boundOf(partition, terms),
    bytesMax,
    minOneBatch: terms.minOneBatch,
  };
  const { isReadCommitted, replicaId, throttle } = terms;
  const answer = ({ lease, sizeBytes }: LogSlice): Fetched => {
    if (replicaId >= 0) throttle?.moved(partition, sizeBytes);
    return {
      highWatermark: state.highWatermark,
      lastStableOffset: state.lastStableOffset,
      logStartOffset: state.logStartOffset,
      lease,
      sizeBytes,
      aborted: isReadCommitted ? log.abortedIn(read, sizeBytes) : undefined,
      diverging,
    };
  };
  const slice = log.read(read);
  return slice instanceof Promise ? slice.then(answer) : answer(slice);
}

/** A follower that nothing waits for has had as much as replication may have (KIP-73). */
function isHeldBack(partition: Partition, { replicaId, throttle }: FetchTerms): boolean {
  return replicaId >= 0 && throttle !== undefined && throttle.holdsBack(partition) &&
    !partition.isWaitedFor(nodeId(replicaId));
}

function stateOf({ highWatermark, lastStableOffset, log }: Partition) {
  return { highWatermark, lastStableOffset, logStartOffset: log.startOffset };
}

/** A follower has what lies below the offset that it fetches. */
function acknowledge(
  partition: Partition,
  { fetchOffset: offset, logStartOffset: startOffset = 0, leaderEpoch }: FetchWish,
  { replicaId, brokerEpoch = -1 }: FetchTerms,
): void {
  partition.fetchedBy(nodeId(replicaId), { offset, startOffset, brokerEpoch, leaderEpoch });
}

/** KIP-595: the last record that the client has, is it one of this log? */
function divergence({ log }: Partition, wish: FetchWish): EpochEnd | undefined {
  if (wish.lastFetchedEpoch < 0) return undefined;
  const end = log.endOffsetForEpoch(wish.lastFetchedEpoch);
  if (end.epoch < 0) throw new Refusal("OFFSET_OUT_OF_RANGE");
  const isSame = end.epoch === wish.lastFetchedEpoch && end.endOffset >= wish.fetchOffset;
  return isSame ? undefined : end;
}

/** Consumers see what is committed, followers everything. */
function boundOf(partition: Partition, { replicaId, isReadCommitted }: FetchTerms): number {
  if (replicaId >= 0) return partition.log.endOffset;
  return isReadCommitted ? partition.lastStableOffset : partition.highWatermark;
}

/**
 * A follower's readers wait for what it has already: it must hear that it is committed. Who deletes
 * records waits for it, too: it must hear that they go, if it knows that they are committed.
 */
function isOldNews({ highWatermark, log }: Partition, wish: FetchWish): boolean {
  const { highWatermark: known, logStartOffset } = wish;
  if (known === undefined) return false;
  if (known < Math.min(highWatermark, wish.fetchOffset)) return true;
  return logStartOffset !== undefined && logStartOffset < log.startOffset &&
    log.startOffset <= known;
}

/**
 * Bytes that a fetch would get. Infinite where waiting for more makes no sense: the offset lies in
 * an older segment, the fetch would be refused, or there is something else to tell.
 */
export function bytesFor(partition: Partition, wish: FetchWish, terms: FetchTerms): number {
  const { log } = partition;
  const isServed = partition.isLeader ||
    (terms.mayReadFollower && partition.leaderId >= 0 && (!terms.rack || partition.isInSync));
  if (partition.isGone || !isServed) return Number.POSITIVE_INFINITY;
  if (wish.fetchOffset < log.startOffset) return Number.POSITIVE_INFINITY;
  const bound = boundOf(partition, terms);
  if (isOldNews(partition, wish)) return Number.POSITIVE_INFINITY;
  if (wish.fetchOffset >= bound || isHeldBack(partition, terms)) return 0;
  const segment = log.segmentOf(wish.fetchOffset);
  if (segment === undefined || segment !== log.segments.at(-1)) return Number.POSITIVE_INFINITY;
  const start = segment.locate(wish.fetchOffset)?.position ?? segment.sizeBytes;
  const end = bound >= log.endOffset
    ? segment.sizeBytes
    : segment.locateFrom(start, bound)?.position ?? segment.sizeBytes;
  return Math.min(end - start, Math.max(0, wish.bytesMax));
}
