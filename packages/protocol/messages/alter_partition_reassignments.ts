// Moves partitions to other brokers, or calls such a move off (KIP-455); admin clients send it to
// any broker, which forwards it to the controller, or to the controller itself.

import {
  api,
  array,
  boolean,
  int16,
  int32,
  type Request,
  type ResponseDraft,
  string,
} from "../schema/mod.ts";

export const AlterPartitionReassignments = api({
  key: 45,
  name: "AlterPartitionReassignments",
  versions: [0, 1],
  flexibleSince: 0,
  request: {
    timeoutMs: int32.default(60000),
    /** False: a move that would change it is refused (KIP-860). */
    allowReplicationFactorChange: boolean.since(1).default(true),
    topics: array({
      name: string,
      partitions: array({
        partitionIndex: int32,
        /** The first is the preferred leader. null: calls off the move that is under way. */
        replicas: array(int32).nullable().default(null),
      }),
    }),
  },
  response: {
    throttleTimeMs: int32.default(0),
    /** As in the request. */
    allowReplicationFactorChange: boolean.since(1).default(true).ignorable(),
    /** Of the request. Other errors stand at their partitions. */
    errorCode: int16,
    errorMessage: string.nullable(),
    responses: array({
      name: string,
      partitions: array({
        partitionIndex: int32,
        errorCode: int16,
        errorMessage: string.nullable(),
      }),
    }),
  },
});
export type AlterPartitionReassignmentsRequest = Request<typeof AlterPartitionReassignments>;
export type AlterPartitionReassignmentsResponse = ResponseDraft<typeof AlterPartitionReassignments>;
