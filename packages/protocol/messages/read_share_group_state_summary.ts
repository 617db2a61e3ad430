// Reads how far share partitions have come, without the state of single records (KIP-932); the
// group's coordinator sends it to the share coordinator.

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

const partitionResult = {
  partition: int32,
  errorCode: int16,
  errorMessage: string.nullable().default(null),
  stateEpoch: int32,
  leaderEpoch: int32,
  /** -1: not decided yet. */
  startOffset: int64,
  /** Of the records from `startOffset` on, how many are done with (KIP-1226); -1: not told. */
  deliveryCompleteCount: int32.since(1).default(-1).ignorable(),
};

export const ReadShareGroupStateSummary = api({
  key: 87,
  name: "ReadShareGroupStateSummary",
  versions: [0, 1],
  flexibleSince: 0,
  request: {
    groupId: string,
    topics: array({
      topicId: uuid,
      partitions: array({
        partition: int32,
        /** Of the requester; -1: not checked. */
        leaderEpoch: int32,
      }),
    }),
  },
  response: {
    results: array({ topicId: uuid, partitions: array(partitionResult) }),
  },
});
export type ReadShareGroupStateSummaryRequest = Request<typeof ReadShareGroupStateSummary>;
export type ReadShareGroupStateSummaryResponse = ResponseDraft<typeof ReadShareGroupStateSummary>;
