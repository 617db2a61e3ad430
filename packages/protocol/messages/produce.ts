// Appends record batches to partitions; producers send it to the leaders.

import {
  api,
  array,
  int16,
  int32,
  int64,
  records,
  type Request,
  type ResponseDraft,
  string,
  struct,
  uuid,
} from "../schema/mod.ts";

const partitionResponse = {
  index: int32,
  errorCode: int16,
  /** Given to the first record; -1 on an error. */
  baseOffset: int64,
  /** -1: the records keep the producer's times (CreateTime). */
  logAppendTimeMs: int64.default(-1n).ignorable(),
  /** Lets a producer tell records that expired from records that were lost. */
  logStartOffset: int64.since(5).default(-1n).ignorable(),
  /** The records that spoil their batch (KIP-467). */
  recordErrors: array({
    /** Of the record, counted from 0 within its batch. */
    batchIndex: int32,
    batchIndexErrorMessage: string.nullable().default(null),
  }).since(8).ignorable(),
  /** What all of `recordErrors` come down to. */
  errorMessage: string.since(8).nullable().default(null).ignorable(),
  /** With NOT_LEADER_OR_FOLLOWER, so that no metadata is asked for (KIP-951); -1: unknown. */
  currentLeader: struct({
    leaderId: int32.default(-1),
    leaderEpoch: int32.default(-1),
  }).since(10).tag(0),
};

/**
 * Version 12 adds the partitions to the producer's transaction by itself (KIP-890); version 13 goes
 * by topic id (KIP-516).
 */
export const Produce = api({
  key: 0,
  name: "Produce",
  versions: [3, 13],
  flexibleSince: 9,
  request: {
    /** null: not transactional. */
    transactionalId: string.nullable().default(null),
    /** 0: none, and no response at all; 1: the leader has it; -1: every in-sync replica has it. */
    acks: int16,
    /** Longest wait for the in-sync replicas. */
    timeoutMs: int32,
    topicData: array({
      name: string.until(12).ignorable(),
      topicId: uuid.since(13).ignorable(),
      partitionData: array({
        index: int32,
        /** One batch. Null is never answered with success. */
        records: records.nullable(),
      }),
    }),
  },
  response: {
    responses: array({
      name: string.until(12).ignorable(),
      topicId: uuid.since(13).ignorable(),
      partitionResponses: array(partitionResponse),
    }),
    throttleTimeMs: int32.default(0).ignorable(),
    /** Of the leaders named above. */
    nodeEndpoints: array({
      nodeId: int32,
      host: string,
      port: int32,
      rack: string.nullable().default(null),
    }).since(10).tag(0),
  },
});
export type ProduceRequest = Request<typeof Produce>;
export type ProduceResponse = ResponseDraft<typeof Produce>;
