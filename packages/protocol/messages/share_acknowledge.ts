// Says what has become of records that a member of a share group acquired (KIP-932); members send
// it to the leaders of the partitions.

import {
  api,
  array,
  boolean,
  int16,
  int32,
  int64,
  int8,
  type Request,
  type ResponseDraft,
  string,
  struct,
  uuid,
} from "../schema/mod.ts";

const partitionResponse = {
  partitionIndex: int32,
  errorCode: int16,
  errorMessage: string.nullable().default(null),
  /** With NOT_LEADER_OR_FOLLOWER. */
  currentLeader: struct({
    /** -1: unknown. */
    leaderId: int32,
    leaderEpoch: int32,
  }),
};

/** Version 0 was early access. Version 2 can renew locks (KIP-1222). */
export const ShareAcknowledge = api({
  key: 79,
  name: "ShareAcknowledge",
  versions: [1, 2],
  flexibleSince: 0,
  request: {
    groupId: string.nullable().default(null),
    memberId: string.nullable(),
    /** As in ShareFetch, which opens the session. */
    shareSessionEpoch: int32,
    /** Some of the acknowledgements renew. */
    isRenewAck: boolean.since(2).default(false),
    topics: array({
      topicId: uuid,
      partitions: array({
        partitionIndex: int32,
        acknowledgementBatches: array({
          firstOffset: int64,
          /** Inclusive. */
          lastOffset: int64,
          /** As in ShareFetch. */
          acknowledgeTypes: array(int8),
        }),
      }),
    }),
  },
  response: {
    throttleTimeMs: int32.default(0),
    /** Of the session. Other errors stand at their partitions. */
    errorCode: int16,
    errorMessage: string.nullable().default(null),
    /** From now on, for the records that were renewed. */
    acquisitionLockTimeoutMs: int32.since(2).ignorable(),
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
export type ShareAcknowledgeRequest = Request<typeof ShareAcknowledge>;
export type ShareAcknowledgeResponse = ResponseDraft<typeof ShareAcknowledge>;
