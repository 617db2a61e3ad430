// Moves share groups without members to other offsets (KIP-932); admin clients send it to the
// coordinator.

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

export const AlterShareGroupOffsets = api({
  key: 91,
  name: "AlterShareGroupOffsets",
  versions: [0, 0],
  flexibleSince: 0,
  request: {
    groupId: string,
    topics: array({
      topicName: string,
      partitions: array({ partitionIndex: int32, startOffset: int64 }),
    }),
  },
  response: {
    throttleTimeMs: int32.default(0),
    /** Of the request. Other errors stand at their partitions. */
    errorCode: int16,
    errorMessage: string.nullable().default(null),
    responses: array({
      topicName: string,
      topicId: uuid,
      partitions: array({
        partitionIndex: int32,
        errorCode: int16,
        errorMessage: string.nullable().default(null),
      }),
    }),
  },
});
export type AlterShareGroupOffsetsRequest = Request<typeof AlterShareGroupOffsets>;
export type AlterShareGroupOffsetsResponse = ResponseDraft<typeof AlterShareGroupOffsets>;
