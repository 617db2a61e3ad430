// Stores how far a group has read as a part of a transaction (KIP-447); producers send it to the
// group's coordinator.

import {
  api,
  array,
  int16,
  int32,
  int64,
  type Request,
  type ResponseDraft,
  string,
  uuid,
} from "../schema/mod.ts";

const committedPartition = {
  partitionIndex: int32,
  /** The next to read. */
  committedOffset: int64,
  /** Of the last record that was read; -1: not known. */
  committedLeaderEpoch: int32.since(2).default(-1).ignorable(),
  /** Whatever the client wants to find again; null counts as empty. */
  committedMetadata: string.nullable(),
};

/**
 * From version 5 it adds the offsets to the transaction by itself (KIP-890); version 6 goes by
 * topic id (KIP-1319).
 */
export const TxnOffsetCommit = api({
  key: 28,
  name: "TxnOffsetCommit",
  versions: [0, 6],
  flexibleSince: 3,
  request: {
    transactionalId: string,
    groupId: string,
    producerId: int64,
    producerEpoch: int16,
    /** As in OffsetCommit; -1: not checked. */
    generationIdOrMemberEpoch: int32.since(3).default(-1),
    /** Empty: not checked. */
    memberId: string.since(3).default(""),
    /** Of a static member (KIP-345); null: dynamic, or not checked. */
    groupInstanceId: string.since(3).nullable().default(null),
    topics: array({
      name: string.until(5).ignorable(),
      topicId: uuid.since(6).ignorable(),
      partitions: array(committedPartition),
    }),
  },
  response: {
    throttleTimeMs: int32.default(0),
    topics: array({
      name: string.until(5).ignorable(),
      topicId: uuid.since(6).ignorable(),
      partitions: array({ partitionIndex: int32, errorCode: int16 }),
    }),
  },
});
export type TxnOffsetCommitRequest = Request<typeof TxnOffsetCommit>;
export type TxnOffsetCommitResponse = ResponseDraft<typeof TxnOffsetCommit>;
