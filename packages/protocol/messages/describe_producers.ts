// Shows what a partition knows of its idempotent producers; admin clients send it to the leader,
// mostly to find hanging transactions (KIP-664).

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

export const DescribeProducers = api({
  key: 61,
  name: "DescribeProducers",
  versions: [0, 0],
  flexibleSince: 0,
  request: {
    topics: array({ name: string, partitionIndexes: array(int32) }),
  },
  response: {
    throttleTimeMs: int32.default(0),
    topics: array({
      name: string,
      partitions: array({
        partitionIndex: int32,
        errorCode: int16,
        errorMessage: string.nullable().default(null),
        activeProducers: array({
          producerId: int64,
          producerEpoch: int32,
          /** -1: none. */
          lastSequence: int32.default(-1),
          /** -1: none. */
          lastTimestamp: int64.default(-1n),
          /** Of the last marker; -1: there was none. */
          coordinatorEpoch: int32,
          /** -1: no open transaction. */
          currentTxnStartOffset: int64.default(-1n),
        }),
      }),
    }),
  },
});
export type DescribeProducersRequest = Request<typeof DescribeProducers>;
export type DescribeProducersResponse = ResponseDraft<typeof DescribeProducers>;
