// Reads the state of share partitions (KIP-932); their leaders send it to the share coordinator.

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
  uuid,
} from "../schema/mod.ts";

const partitionResult = {
  partition: int32,
  errorCode: int16,
  errorMessage: string.nullable().default(null),
  stateEpoch: int32,
  /** -1: not decided yet. */
  startOffset: int64,
  stateBatches: array({
    firstOffset: int64,
    /** Inclusive. */
    lastOffset: int64,
    /** 0: available, 2: acknowledged, 4: archived. */
    deliveryState: int8,
    /** How often they were handed out. */
    deliveryCount: int16,
  }),
};

export const ReadShareGroupState = api({
  key: 84,
  name: "ReadShareGroupState",
  versions: [0, 0],
  flexibleSince: 0,
  request: {
    groupId: string,
    topics: array({
      topicId: uuid,
      partitions: array({
        partition: int32,
        /** Of the requester; older ones are fenced from here on. */
        leaderEpoch: int32,
      }),
    }),
  },
  response: {
    results: array({ topicId: uuid, partitions: array(partitionResult) }),
  },
});
export type ReadShareGroupStateRequest = Request<typeof ReadShareGroupState>;
export type ReadShareGroupStateResponse = ResponseDraft<typeof ReadShareGroupState>;
