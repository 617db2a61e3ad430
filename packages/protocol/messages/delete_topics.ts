// Deletes topics; admin clients send it to any broker, which forwards it to the controller, or to
// the controller itself.

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

/** Names alone up to version 5, names or ids since version 6. */
export const DeleteTopics = api({
  key: 20,
  name: "DeleteTopics",
  versions: [1, 6],
  flexibleSince: 4,
  request: {
    topics: array({
      /** null: by id. */
      name: string.nullable().default(null),
      /** Zero: by name. */
      topicId: uuid,
    }).since(6),
    topicNames: array(string).until(5).ignorable(),
    timeoutMs: int32,
  },
  response: {
    throttleTimeMs: int32.default(0).ignorable(),
    responses: array({
      /** null: an id that no topic has, or that the requester may not see. */
      name: string.nullable(6),
      topicId: uuid.since(6).ignorable(),
      errorCode: int16,
      errorMessage: string.since(5).nullable().default(null).ignorable(),
    }),
  },
});
export type DeleteTopicsRequest = Request<typeof DeleteTopics>;
export type DeleteTopicsResponse = ResponseDraft<typeof DeleteTopics>;
