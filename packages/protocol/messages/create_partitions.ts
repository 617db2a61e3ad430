// Adds partitions to topics; admin clients send it to any broker, which forwards it to the
// controller, or to the controller itself.

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

export const CreatePartitions = api({
  key: 37,
  name: "CreatePartitions",
  versions: [0, 3],
  flexibleSince: 2,
  request: {
    topics: array({
      name: string,
      /** Of all partitions, those that are there included. */
      count: int32,
      /** Of the new partitions; null: the controller places the replicas. */
      assignments: array({
        /** The first is the preferred leader. */
        brokerIds: array(int32),
      }).nullable(),
    }),
    timeoutMs: int32,
    /** Checks everything and creates nothing. */
    validateOnly: boolean,
  },
  response: {
    throttleTimeMs: int32.default(0),
    results: array({
      name: string,
      errorCode: int16,
      errorMessage: string.nullable().default(null),
    }),
  },
});
export type CreatePartitionsRequest = Request<typeof CreatePartitions>;
export type CreatePartitionsResponse = ResponseDraft<typeof CreatePartitions>;
