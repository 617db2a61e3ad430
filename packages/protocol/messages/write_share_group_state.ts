// Changes the state of share partitions (KIP-932); their leaders send it to the share coordinator.

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

const partitionState = {
  partition: int32,
  /** As it was read, to be fenced by; so is the leader epoch. */
  stateEpoch: int32,
  leaderEpoch: int32,
  /** -1: stays. */
  startOffset: int64,
  /** Of the records from `startOffset` on, how many are done with (KIP-1226); -1: not told. */
  deliveryCompleteCount: int32.since(1).default(-1).ignorable(),
  /** Those that have changed. */
  stateBatches: array({
    firstOffset: int64,
    /** Inclusive. */
    lastOffset: int64,
    /** 0: available, 2: acknowledged, 4: archived. */
    deliveryState: int8,
    deliveryCount: int16,
  }),
};

export const WriteShareGroupState = api({
  key: 85,
  name: "WriteShareGroupState",
  versions: [0, 1],
  flexibleSince: 0,
  request: {
    groupId: string,
    topics: array({ topicId: uuid, partitions: array(partitionState) }),
  },
  response: {
    results: array({
      topicId: uuid,
      partitions: array({
        partition: int32,
        errorCode: int16,
        errorMessage: string.nullable().default(null),
      }),
    }),
  },
});
export type WriteShareGroupStateRequest = Request<typeof WriteShareGroupState>;
export type WriteShareGroupStateResponse = ResponseDraft<typeof WriteShareGroupState>;
