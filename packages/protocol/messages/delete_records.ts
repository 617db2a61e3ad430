// Moves the log start offset of partitions up; admin clients send it to the leaders.

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

export const DeleteRecords = api({
  key: 21,
  name: "DeleteRecords",
  versions: [0, 2],
  flexibleSince: 2,
  request: {
    topics: array({
      name: string,
      partitions: array({
        partitionIndex: int32,
        /** The new log start offset; -1: the high watermark. */
        offset: int64,
      }),
    }),
    timeoutMs: int32,
  },
  response: {
    throttleTimeMs: int32.default(0),
    topics: array({
      name: string,
      partitions: array({
        partitionIndex: int32,
        /** Lowest log start offset of all live replicas; -1 on an error. */
        lowWatermark: int64,
        errorCode: int16,
      }),
    }),
  },
});
export type DeleteRecordsRequest = Request<typeof DeleteRecords>;
export type DeleteRecordsResponse = ResponseDraft<typeof DeleteRecords>;
