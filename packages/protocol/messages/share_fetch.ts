// Acquires records for a member of a share group, and acknowledges what it acquired before
// (KIP-932); members send it to the leaders of the partitions.

import {
  api,
  array,
  boolean,
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
  partitionIndex: int32,
  acknowledgementBatches: array({
    firstOffset: int64,
    /** Inclusive. */
    lastOffset: int64,
    /** One for each offset, or one for all. 0: gap, 1: accept, 2: release, 3: reject, 4: renew. */
    acknowledgeTypes: array(int8),
  }),
};

const partitionResponse = {
  partitionIndex: int32,
  /** Of the fetch. */
  errorCode: int16,
  errorMessage: string.nullable().default(null),
  acknowledgeErrorCode: int16,
  acknowledgeErrorMessage: string.nullable().default(null),
  /** With NOT_LEADER_OR_FOLLOWER. */
  currentLeader: struct({
    /** -1: unknown. */
    leaderId: int32,
    leaderEpoch: int32,
  }),
  /** Whole batches; only what `acquiredRecords` names may be handed on. */
  records,
  acquiredRecords: array({
    firstOffset: int64,
    /** Inclusive. */
    lastOffset: int64,
    /** This delivery included. */
    deliveryCount: int16,
  }),
};

/**
 * Version 0 was early access. Version 2 knows acquire modes (KIP-1206) and renewed locks
 * (KIP-1222).
 */
export const ShareFetch = api({
  key: 78,
  name: "ShareFetch",
  versions: [1, 2],
  flexibleSince: 0,
  request: {
    groupId: string.nullable().default(null),
    memberId: string.nullable(),
    /** 0: opens a session; -1: closes it; else one more with each request. */
    shareSessionEpoch: int32,
    /** How long to wait for `minBytes`. */
    maxWaitMs: int32,
    minBytes: int32,
    /** Of the whole response. */
    maxBytes: int32.default(0x7fffffff),
    /** Can be exceeded, so that batches stay whole. */
    maxRecords: int32,
    /** As many records the client wants in one batch of acquired ones. */
    batchSize: int32,
    /** 0: whole batches; 1: never more than `maxRecords`. */
    shareAcquireMode: int8.since(2).default(0).ignorable(),
    /** Some of the acknowledgements renew. */
    isRenewAck: boolean.since(2).default(false),
    /** In a session: those that are new or have acknowledgements. */
    topics: array({ topicId: uuid, partitions: array(fetchedPartition) }),
    /** What leaves the session. */
    forgottenTopicsData: array({ topicId: uuid, partitions: array(int32) }),
  },
  response: {
    throttleTimeMs: int32.default(0),
    /** Of the session. Other errors stand at their partitions. */
    errorCode: int16,
    errorMessage: string.nullable().default(null),
    /** After which acquired records are free for others again. */
    acquisitionLockTimeoutMs: int32,
    responses: array({ topicId: uuid, partitions: array(partitionResponse) }),
    /** Of the leaders named above. */
    nodeEndpoints: array({
      nodeId: int32,
      host: string,
      port: int32,
      rack: string.nullable().default(null),
    }),
  },
});
export type ShareFetchRequest = Request<typeof ShareFetch>;
export type ShareFetchResponse = ResponseDraft<typeof ShareFetch>;
