// Shows classic groups and their members; admin clients send it to the coordinator.

import {
  api,
  array,
  boolean,
  bytes,
  int16,
  int32,
  type Request,
  type ResponseDraft,
  string,
} from "../schema/mod.ts";

const describedGroup = {
  errorCode: int16,
  /** Since version 6, which answers GROUP_ID_NOT_FOUND where older ones show a dead group. */
  errorMessage: string.since(6).nullable().default(null),
  groupId: string,
  /** As in ListGroups. */
  groupState: string,
  protocolType: string,
  /** The protocol that was chosen; empty unless the group is stable. */
  protocolData: string,
  members: array({
    memberId: string,
    /** Of a static member (KIP-345); null: dynamic. */
    groupInstanceId: string.since(4).nullable().default(null).ignorable(),
    clientId: string,
    /** `/` and the address. */
    clientHost: string,
    /** As in JoinGroup; empty unless the group is stable. */
    memberMetadata: bytes,
    /** As in SyncGroup; empty unless the group is stable. */
    memberAssignment: bytes,
  }),
  /** Bit set over ACL operations; -2147483648: not asked for. */
  authorizedOperations: int32.since(3).default(-2147483648),
};

export const DescribeGroups = api({
  key: 15,
  name: "DescribeGroups",
  versions: [0, 6],
  flexibleSince: 5,
  request: { groups: array(string), includeAuthorizedOperations: boolean.since(3) },
  response: { throttleTimeMs: int32.since(1).ignorable(), groups: array(describedGroup) },
});
export type DescribeGroupsRequest = Request<typeof DescribeGroups>;
export type DescribeGroupsResponse = ResponseDraft<typeof DescribeGroups>;
