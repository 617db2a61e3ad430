// Shows how far share groups have read (KIP-932); admin clients send it to the coordinator.

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

const describedPartition = {
  partitionIndex: int32,
  /** The first that is not done with; -1: not decided yet. */
  startOffset: int64,
  leaderEpoch: int32,
  /** Records that are not done with (KIP-1226); -1: not known. */
  lag: int64.since(1).default(-1n).ignorable(),
  errorCode: int16,
  errorMessage: string.nullable().default(null),
};

export const DescribeShareGroupOffsets = api({
  key: 90,
  name: "DescribeShareGroupOffsets",
  versions: [0, 1],
  flexibleSince: 0,
  request: {
    groups: array({
      groupId: string,
      /** null: all. */
      topics: array({ topicName: string, partitions: array(int32) }).nullable(),
    }),
  },
  response: {
    throttleTimeMs: int32.default(0),
    groups: array({
      groupId: string,
      topics: array({ topicName: string, topicId: uuid, partitions: array(describedPartition) }),
      errorCode: int16,
      errorMessage: string.nullable().default(null),
    }),
  },
});
export type DescribeShareGroupOffsetsRequest = Request<typeof DescribeShareGroupOffsets>;
export type DescribeShareGroupOffsetsResponse = ResponseDraft<typeof DescribeShareGroupOffsets>;
