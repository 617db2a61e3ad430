// Shows the moves of partitions that are under way (KIP-455); admin clients send it to any broker,
// which forwards it to the controller, or to the controller itself.

import {
  api,
  array,
  int16,
  int32,
  type Request,
  type ResponseDraft,
  string,
} from "../schema/mod.ts";

export const ListPartitionReassignments = api({
  key: 46,
  name: "ListPartitionReassignments",
  versions: [0, 0],
  flexibleSince: 0,
  request: {
    timeoutMs: int32.default(60000),
    /** null: all. */
    topics: array({ name: string, partitionIndexes: array(int32) }).nullable().default(null),
  },
  response: {
    throttleTimeMs: int32.default(0),
    errorCode: int16,
    errorMessage: string.nullable(),
    topics: array({
      name: string,
      partitions: array({
        partitionIndex: int32,
        /** Those that are being added and removed included. */
        replicas: array(int32),
        addingReplicas: array(int32),
        removingReplicas: array(int32),
      }),
    }),
  },
});
export type ListPartitionReassignmentsRequest = Request<typeof ListPartitionReassignments>;
export type ListPartitionReassignmentsResponse = ResponseDraft<typeof ListPartitionReassignments>;
