// Finds offsets by timestamp, or the ends of a log; consumers, admin clients and followers send it
// to the leader.

import {
  api,
  array,
  int16,
  int32,
  int64,
  int8,
  type Request,
  type ResponseDraft,
  string,
} from "../schema/mod.ts";

export const ListOffsets = api({
  key: 2,
  name: "ListOffsets",
  versions: [1, 11],
  flexibleSince: 6,
  request: {
    /** -1: a consumer; -2: a debugging consumer, answered by any replica. */
    replicaId: int32,
    /** 1: nothing at or above the last stable offset is found. */
    isolationLevel: int8.since(2),
    topics: array({
      name: string,
      partitions: array({
        partitionIndex: int32,
        /** What the requester believes, to be fenced by (KIP-320); -1: no check. */
        currentLeaderEpoch: int32.since(4).default(-1).ignorable(),
        /**
         * From 0: the first record of that time or later. -1: latest, -2: earliest; -3: with the
         * largest timestamp (version 7); -4: earliest on local disk (8); -5: last in tiered storage
         * (9); -6: earliest that is not yet there (11).
         */
        timestamp: int64,
      }),
    }),
    /** Longest wait for tiered storage (KIP-1075). */
    timeoutMs: int32.since(10).ignorable(),
  },
  response: {
    throttleTimeMs: int32.since(2).ignorable(),
    topics: array({
      name: string,
      partitions: array({
        partitionIndex: int32,
        errorCode: int16,
        /** Of the record that was found; -1 for the ends of the log and if nothing was found. */
        timestamp: int64.default(-1n),
        /** -1: nothing was found. */
        offset: int64.default(-1n),
        /** In which the record was written; -1: not known. */
        leaderEpoch: int32.since(4).default(-1),
      }),
    }),
  },
});
export type ListOffsetsRequest = Request<typeof ListOffsets>;
export type ListOffsetsResponse = ResponseDraft<typeof ListOffsets>;
