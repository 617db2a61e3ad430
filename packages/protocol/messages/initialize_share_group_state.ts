// Begins the state of share partitions (KIP-932); the group's coordinator sends it to the share
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

export const InitializeShareGroupState = api({
  key: 83,
  name: "InitializeShareGroupState",
  versions: [0, 0],
  flexibleSince: 0,
  request: {
    groupId: string,
    topics: array({
      topicId: uuid,
      partitions: array({
        partition: int32,
        /** Fences whoever knows the share partition from earlier. */
        stateEpoch: int32,
        /** -1: decided later, by its leader. */
        startOffset: int64,
      }),
    }),
  },
  response: {
    results: array({
      topicId: uuid,
      partitions: array({
        partition: int32,
        errorCode: int16,
        errorMessage: string.nullable().default(null),
      }),
    }),
  },
});
export type InitializeShareGroupStateRequest = Request<typeof InitializeShareGroupState>;
export type InitializeShareGroupStateResponse = ResponseDraft<typeof InitializeShareGroupState>;
