// Finds where an epoch ends in the leader's log, to detect truncation; consumers and old followers
// send it to the leader.

import {
  api,
  array,
  int16,
  int32,
  int64,
  type Request,
  type ResponseDraft,
  string,
} from "../schema/mod.ts";

export const OffsetForLeaderEpoch = api({
  key: 23,
  name: "OffsetForLeaderEpoch",
  versions: [2, 4],
  flexibleSince: 4,
  request: {
    /** -1: a consumer; -2: a debugging consumer. */
    replicaId: int32.since(3).default(-2).ignorable(),
    topics: array({
      topic: string,
      partitions: array({
        partition: int32,
        /** What the requester believes, to be fenced by (KIP-320); -1: no check. */
        currentLeaderEpoch: int32.default(-1).ignorable(),
        /** The one to find the end of. */
        leaderEpoch: int32,
      }),
    }),
  },
  response: {
    throttleTimeMs: int32.default(0).ignorable(),
    topics: array({
      topic: string,
      partitions: array({
        errorCode: int16,
        partition: int32,
        /** The largest that is not above the one asked for; -1: none. */
        leaderEpoch: int32.default(-1).ignorable(),
        /** Where the next epoch begins, or the log ends; -1: not known. */
        endOffset: int64.default(-1n),
      }),
    }),
  },
});
export type OffsetForLeaderEpochRequest = Request<typeof OffsetForLeaderEpoch>;
export type OffsetForLeaderEpochResponse = ResponseDraft<typeof OffsetForLeaderEpoch>;
