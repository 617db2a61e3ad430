// Tells in which log directories a broker keeps replicas (KIP-858); brokers send it to the active
// controller.

import {
  api,
  array,
  int16,
  int32,
  int64,
  type Request,
  type ResponseDraft,
  uuid,
} from "../schema/mod.ts";

export const AssignReplicasToDirs = api({
  key: 73,
  name: "AssignReplicasToDirs",
  versions: [0, 0],
  flexibleSince: 0,
  request: {
    brokerId: int32,
    /** From its registration. */
    brokerEpoch: int64.default(-1n),
    directories: array({
      id: uuid,
      topics: array({
        topicId: uuid,
        partitions: array({ partitionIndex: int32 }),
      }),
    }),
  },
  response: {
    throttleTimeMs: int32.default(0),
    errorCode: int16,
    directories: array({
      id: uuid,
      topics: array({
        topicId: uuid,
        partitions: array({ partitionIndex: int32, errorCode: int16 }),
      }),
    }),
  },
});
export type AssignReplicasToDirsRequest = Request<typeof AssignReplicasToDirs>;
export type AssignReplicasToDirsResponse = ResponseDraft<typeof AssignReplicasToDirs>;
