// Moves replicas of a broker to other log directories of the same broker (KIP-113); admin clients
// send it to that broker.

import {
  api,
  array,
  int16,
  int32,
  type Request,
  type ResponseDraft,
  string,
} from "../schema/mod.ts";

export const AlterReplicaLogDirs = api({
  key: 34,
  name: "AlterReplicaLogDirs",
  versions: [1, 2],
  flexibleSince: 2,
  request: {
    dirs: array({
      /** Absolute, as in `log.dirs`. */
      path: string,
      topics: array({ name: string, partitions: array(int32) }),
    }),
  },
  response: {
    throttleTimeMs: int32.default(0),
    results: array({
      topicName: string,
      partitions: array({ partitionIndex: int32, errorCode: int16 }),
    }),
  },
});
export type AlterReplicaLogDirsRequest = Request<typeof AlterReplicaLogDirs>;
export type AlterReplicaLogDirsResponse = ResponseDraft<typeof AlterReplicaLogDirs>;
