// Shows the log directories of a broker and the replicas in them; admin clients send it to each
// broker.

import {
  api,
  array,
  boolean,
  int16,
  int32,
  int64,
  type Request,
  type ResponseDraft,
  string,
} from "../schema/mod.ts";

const logDir = {
  errorCode: int16,
  logDir: string,
  topics: array({
    name: string,
    partitions: array({
      partitionIndex: int32,
      /** In bytes. */
      partitionSize: int64,
      /** Of a current replica behind the high watermark, of a future one behind the current. */
      offsetLag: int64,
      /** On its way here from another directory of the broker. */
      isFutureKey: boolean,
    }),
  }),
  /** Of the volume (KIP-827); -1: not known. */
  totalBytes: int64.since(4).default(-1n).ignorable(),
  /** Of the volume; -1: not known. */
  usableBytes: int64.since(4).default(-1n).ignorable(),
  /** Takes no new replicas. */
  isCordoned: boolean.since(5).default(false).ignorable(),
};

export const DescribeLogDirs = api({
  key: 35,
  name: "DescribeLogDirs",
  versions: [1, 5],
  flexibleSince: 2,
  request: {
    /** null: all. */
    topics: array({ topic: string, partitions: array(int32) }).nullable(),
  },
  response: {
    throttleTimeMs: int32.default(0),
    /** Of the request. Other errors stand at their directories. */
    errorCode: int16.since(3).ignorable(),
    results: array(logDir),
  },
});
export type DescribeLogDirsRequest = Request<typeof DescribeLogDirs>;
export type DescribeLogDirsResponse = ResponseDraft<typeof DescribeLogDirs>;
