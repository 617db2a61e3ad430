// Lists the groups that a broker coordinates; admin clients send it to every broker.

import {
  api,
  array,
  int16,
  int32,
  type Request,
  type ResponseDraft,
  string,
} from "../schema/mod.ts";

export const ListGroups = api({
  key: 16,
  name: "ListGroups",
  versions: [0, 5],
  flexibleSince: 3,
  request: {
    /** Empty: all. */
    statesFilter: array(string).since(4),
    /** `classic`, `consumer`, `share`, `streams`, in any case; empty: all. */
    typesFilter: array(string).since(5),
  },
  response: {
    throttleTimeMs: int32.since(1).ignorable(),
    errorCode: int16,
    groups: array({
      groupId: string,
      /** Empty: it has offsets, but nobody has joined it yet. */
      protocolType: string,
      groupState: string.since(4).ignorable(),
      groupType: string.since(5).ignorable(),
    }),
  },
});
export type ListGroupsRequest = Request<typeof ListGroups>;
export type ListGroupsResponse = ResponseDraft<typeof ListGroups>;
