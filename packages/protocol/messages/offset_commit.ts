// Stores how far a group has read; consumers and admin clients send it to the group's coordinator.

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
  committedLeaderEpoch: int32.since(6).default(-1).ignorable(),
  /** Whatever the client wants to find again; null counts as empty. */
  committedMetadata: string.nullable(),
};

/** From version 9 for groups of both protocols (KIP-848); version 10 goes by topic id. */
export const OffsetCommit = api({
  key: 8,
  name: "OffsetCommit",
  versions: [2, 10],
  flexibleSince: 8,
  request: {
    groupId: string,
    /** Generation in a classic group, member epoch in a consumer group; -1: not a member. */
    generationIdOrMemberEpoch: int32.default(-1).ignorable(),
    /** Empty: not a member. */
    memberId: string.ignorable(),
    /** Of a static member (KIP-345); null: dynamic. */
    groupInstanceId: string.since(7).nullable().default(null),
    /** -1: as the broker is configured, which is the only way since version 5. */
    retentionTimeMs: int64.until(4).default(-1n).ignorable(),
    topics: array({
      name: string.until(9).ignorable(),
      topicId: uuid.since(10).ignorable(),
      partitions: array(committedPartition),
    }),
  },
  response: {
    throttleTimeMs: int32.since(3).ignorable(),
    topics: array({
      name: string.until(9).ignorable(),
      topicId: uuid.since(10).ignorable(),
      partitions: array({ partitionIndex: int32, errorCode: int16 }),
    }),
  },
});
export type OffsetCommitRequest = Request<typeof OffsetCommit>;
export type OffsetCommitResponse = ResponseDraft<typeof OffsetCommit>;
