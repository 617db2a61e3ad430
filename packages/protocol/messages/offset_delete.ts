// Deletes offsets of a group; admin clients send it to the coordinator (KIP-496).

import {
  api,
  array,
  int16,
  int32,
  type Request,
  type ResponseDraft,
  string,
} from "../schema/mod.ts";

export const OffsetDelete = api({
  key: 47,
  name: "OffsetDelete",
  versions: [0, 0],
  request: {
    groupId: string,
    topics: array({
      name: string,
      partitions: array({ partitionIndex: int32 }),
    }),
  },
  response: {
    /** Of the group. Other errors stand at their partitions. */
    errorCode: int16,
    throttleTimeMs: int32.default(0).ignorable(),
    topics: array({
      name: string,
      partitions: array({ partitionIndex: int32, errorCode: int16 }),
    }),
  },
});
export type OffsetDeleteRequest = Request<typeof OffsetDelete>;
export type OffsetDeleteResponse = ResponseDraft<typeof OffsetDelete>;
