// Makes share groups without members forget topics (KIP-932); admin clients send it to the
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

export const DeleteShareGroupOffsets = api({
  key: 92,
  name: "DeleteShareGroupOffsets",
  versions: [0, 0],
  flexibleSince: 0,
  request: {
    groupId: string,
    topics: array({ topicName: string }),
  },
  response: {
    throttleTimeMs: int32.default(0),
    /** Of the request. Other errors stand at their topics. */
    errorCode: int16,
    errorMessage: string.nullable().default(null),
    responses: array({
      topicName: string,
      topicId: uuid,
      errorCode: int16,
      errorMessage: string.nullable().default(null),
    }),
  },
});
export type DeleteShareGroupOffsetsRequest = Request<typeof DeleteShareGroupOffsets>;
export type DeleteShareGroupOffsetsResponse = ResponseDraft<typeof DeleteShareGroupOffsets>;
