// Deletes groups without members, and their offsets; admin clients send it to the coordinator.

import {
  api,
  array,
  int16,
  int32,
  type Request,
  type ResponseDraft,
  string,
} from "../schema/mod.ts";

export const DeleteGroups = api({
  key: 42,
  name: "DeleteGroups",
  versions: [0, 3],
  flexibleSince: 2,
  request: { groupsNames: array(string) },
  response: {
    throttleTimeMs: int32.default(0),
    results: array({
      groupId: string,
      errorCode: int16,
      errorMessage: string.since(3).nullable().default(null).ignorable(),
    }),
  },
});
export type DeleteGroupsRequest = Request<typeof DeleteGroups>;
export type DeleteGroupsResponse = ResponseDraft<typeof DeleteGroups>;
