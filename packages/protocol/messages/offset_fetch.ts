// Reads back how far groups have read; consumers and admin clients send it to the coordinator.

import {
  api,
  array,
  boolean,
  int16,
  int32,
  int64,
  type Request,
  type ResponseDraft,
  string,
  uuid,
} from "../schema/mod.ts";

const committed = {
  partitionIndex: int32,
  /** -1: none. */
  committedOffset: int64,
  /** Of the last record that was read; -1: not known. */
  committedLeaderEpoch: int32.since(5).default(-1).ignorable(),
  metadata: string.nullable(),
  errorCode: int16,
};

const groupCommitted = {
  partitionIndex: int32,
  committedOffset: int64,
  committedLeaderEpoch: int32.default(-1).ignorable(),
  metadata: string.nullable(),
  errorCode: int16,
};

/**
 * One group up to version 7, in fields of the message itself; any number since version 8, in
 * `groups`. From version 9 for groups of both protocols (KIP-848); version 10 goes by topic id.
 */
export const OffsetFetch = api({
  key: 9,
  name: "OffsetFetch",
  versions: [1, 10],
  flexibleSince: 6,
  request: {
    groupId: string.until(7),
    /** null: all that the group has an offset of. */
    topics: array({ name: string, partitionIndexes: array(int32) }).until(7).nullable(2),
    groups: array({
      groupId: string,
      /** Of a consumer group, to be checked with `memberEpoch`; null: not a member. */
      memberId: string.since(9).nullable().default(null).ignorable(),
      /** -1: not a member. */
      memberEpoch: int32.since(9).default(-1).ignorable(),
      /** null: all that the group has an offset of. */
      topics: array({
        name: string.until(9).ignorable(),
        topicId: uuid.since(10).ignorable(),
        partitionIndexes: array(int32),
      }).nullable(),
    }).since(8),
    /** UNSTABLE_OFFSET_COMMIT for an offset that a transaction is about to change (KIP-447). */
    requireStable: boolean.since(7).default(false),
  },
  response: {
    throttleTimeMs: int32.since(3).ignorable(),
    topics: array({ name: string, partitions: array(committed) }).until(7),
    errorCode: int16.since(2).until(7).default(0).ignorable(),
    groups: array({
      groupId: string,
      topics: array({
        name: string.until(9).ignorable(),
        topicId: uuid.since(10).ignorable(),
        partitions: array(groupCommitted),
      }),
      errorCode: int16.default(0),
    }).since(8),
  },
});
export type OffsetFetchRequest = Request<typeof OffsetFetch>;
export type OffsetFetchResponse = ResponseDraft<typeof OffsetFetch>;
