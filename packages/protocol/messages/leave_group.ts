// Takes members out of a classic group; members send it for themselves and admin clients for
// others, to the coordinator.

import {
  api,
  array,
  int16,
  int32,
  type Request,
  type ResponseDraft,
  string,
} from "../schema/mod.ts";

/** One member up to version 2, any number since version 3 (KIP-345). */
export const LeaveGroup = api({
  key: 13,
  name: "LeaveGroup",
  versions: [0, 5],
  flexibleSince: 4,
  request: {
    groupId: string,
    memberId: string.until(2),
    members: array({
      /** Empty: whoever has the `groupInstanceId`. */
      memberId: string,
      /** null: by member id alone. */
      groupInstanceId: string.nullable().default(null),
      /** For the coordinator's log. */
      reason: string.since(5).nullable().default(null).ignorable(),
    }).since(3),
  },
  response: {
    throttleTimeMs: int32.since(1).ignorable(),
    errorCode: int16,
    members: array({
      memberId: string,
      groupInstanceId: string.nullable(),
      errorCode: int16,
    }).since(3),
  },
});
export type LeaveGroupRequest = Request<typeof LeaveGroup>;
export type LeaveGroupResponse = ResponseDraft<typeof LeaveGroup>;
