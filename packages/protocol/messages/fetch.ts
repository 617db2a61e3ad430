// Long-poll read of record batches, by consumers and by followers (brokers of data partitions,
// replicas and observers of the metadata quorum).

import {
  api,
  array,
  int16,
  int32,
  int64,
  int8,
  records,
  type Request,
  type ResponseDraft,
  string,
  struct,
  uuid,
} from "../schema/mod.ts";

const fetchedPartition = {
  partition: int32,
  /** What the requester believes, to be fenced by (KIP-320); -1: no check. */
  currentLeaderEpoch: int32.since(9).default(-1).ignorable(),
  fetchOffset: int64,
  /** Of a follower's last record, to find where logs diverge; -1: none. */
  lastFetchedEpoch: int32.since(12).default(-1),
  /** Of the follower's log; -1 for consumers. */
  logStartOffset: int64.since(5).default(-1n).ignorable(),
  partitionMaxBytes: int32,
  /** Where a replica of the metadata quorum keeps its log (KIP-853). */
  replicaDirectoryId: uuid.since(17).tag(0).ignorable(),
  /**
   * As the follower knows it, so that the leader answers when it is behind (KIP-1166); -1: it knows
   * none; the largest int64: it does not take part.
   */
  highWatermark: int64.since(18).default(0x7fffffffffffffffn).tag(1).ignorable(),
};

const partitionResponse = {
  partitionIndex: int32,
  errorCode: int16,
  /** -1 on an error, as the other offsets. */
  highWatermark: int64,
  lastStableOffset: int64.default(-1n).ignorable(),
  logStartOffset: int64.since(5).default(-1n).ignorable(),
  /** Where the follower's log and this one part; its end offset here. -1: they agree. */
  divergingEpoch: struct({
    epoch: int32.default(-1),
    endOffset: int64.default(-1n),
  }).since(12).tag(0),
  /** -1: the requester is right about it, or it is not known. */
  currentLeader: struct({
    leaderId: int32.default(-1),
    leaderEpoch: int32.default(-1),
  }).since(12).tag(1),
  /** What to fetch instead, where the log no longer reaches back (metadata quorum). -1: nothing. */
  snapshotId: struct({ endOffset: int64.default(-1n), epoch: int32.default(-1) }).since(12).tag(2),
  /** Those that overlap `records`, by first offset. null: read uncommitted. */
  abortedTransactions: array({ producerId: int64, firstOffset: int64 }).nullable().ignorable(),
  /** Where the consumer should go on reading; -1: here. */
  preferredReadReplica: int32.since(11).default(-1),
  /**
   * Whole batches, from the one that holds the fetch offset; the last may be cut. Empty where there
   * is nothing: old clients do not expect null.
   */
  records: records.nullable(),
};

/**
 * Sessions since version 7 (KIP-227), epoch checks by the log itself since 12 (KIP-595), topics by
 * id since 13 (KIP-516).
 */
export const Fetch = api({
  key: 1,
  name: "Fetch",
  versions: [4, 18],
  flexibleSince: 12,
  request: {
    /** Only set in the metadata quorum. */
    clusterId: string.since(12).nullable().default(null).tag(0).ignorable(),
    /** Of a follower; -1 for consumers. Moved to `replicaState` in version 15 (KIP-903). */
    replicaId: int32.until(14).default(-1),
    /** Of the follower; a broker's epoch shows a leader which incarnation is fetching. */
    replicaState: struct({
      replicaId: int32.default(-1),
      /** Of its registration, so that who has restarted is told apart (KIP-903). */
      replicaEpoch: int64.default(-1n),
    }).since(15).tag(1),
    /** How long to wait for `minBytes`. */
    maxWaitMs: int32,
    minBytes: int32,
    /** Of the whole response; the first batch comes even if it is longer (KIP-74). */
    maxBytes: int32.default(0x7fffffff).ignorable(),
    /**
     * 0: read uncommitted, up to the high watermark; 1: read committed, up to the last stable
     * offset.
     */
    isolationLevel: int8.default(0).ignorable(),
    /** 0: none. */
    sessionId: int32.since(7).default(0).ignorable(),
    /** -1: the session, if any, ends; 0: make one; from 1: the next step of one. */
    sessionEpoch: int32.since(7).default(-1).ignorable(),
    /** In a session: those that are new or have changed. */
    topics: array({
      topic: string.until(12).ignorable(),
      topicId: uuid.since(13).ignorable(),
      partitions: array(fetchedPartition),
    }),
    /** What leaves the session. */
    forgottenTopicsData: array({
      topic: string.until(12).ignorable(),
      topicId: uuid.since(13).ignorable(),
      partitions: array(int32),
    }).since(7),
    /** Of a consumer that may read from a follower near by (KIP-392); empty: none. */
    rackId: string.since(11).default("").ignorable(),
  },
  response: {
    throttleTimeMs: int32.default(0).ignorable(),
    /** Of the session. Other errors stand at their partitions. */
    errorCode: int16.since(7).ignorable(),
    /** 0: none. */
    sessionId: int32.since(7).default(0),
    /** In a session: those that have something to say. */
    responses: array({
      topic: string.until(12).ignorable(),
      topicId: uuid.since(13).ignorable(),
      partitions: array(partitionResponse),
    }),
    /** Of the leaders named above (KIP-951). */
    nodeEndpoints: array({
      nodeId: int32,
      host: string,
      port: int32,
      rack: string.nullable().default(null),
    }).since(16).tag(0),
  },
});
export type FetchRequest = Request<typeof Fetch>;
export type FetchResponse = ResponseDraft<typeof Fetch>;
