// Deletes the state of share partitions (KIP-932); the group's coordinator sends it to the share
// coordinator.

import {
  api,
  array,
  int16,
  int32,
  type Request,
  type ResponseDraft,
  string,
  uuid,
} from "../schema/mod.ts";

export const DeleteShareGroupState = api({
  key: 86,
  name: "DeleteShareGroupState",
  versions: [0, 0],
  flexibleSince: 0,
  request: {
    groupId: string,
    topics: array({
      topicId: uuid,
      partitions: array({ partition: int32 }),
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
export type DeleteShareGroupStateRequest = Request<typeof DeleteShareGroupState>;
export type DeleteShareGroupStateResponse = ResponseDraft<typeof DeleteShareGroupState>;
