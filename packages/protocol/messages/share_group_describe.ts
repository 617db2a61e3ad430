// Shows share groups and their members (KIP-932); admin clients send it to the coordinator.

import {
  api,
  array,
  boolean,
  int16,
  int32,
  type Request,
  type ResponseDraft,
  string,
  struct,
  uuid,
} from "../schema/mod.ts";

const member = {
  memberId: string,
  /** null: none. */
  rackId: string.nullable().default(null),
  /** The group epoch that the member has reached. */
  memberEpoch: int32,
  clientId: string,
  /** `/` and the address. */
  clientHost: string,
  subscribedTopicNames: array(string),
  assignment: struct({
    topicPartitions: array({ topicId: uuid, topicName: string, partitions: array(int32) }),
  }),
};

const describedGroup = {
  errorCode: int16,
  errorMessage: string.nullable().default(null),
  groupId: string,
  /** Empty, Stable or Dead. */
  groupState: string,
  /** Grows with each change that asks for a new assignment. */
  groupEpoch: int32,
  /** The group epoch that the assignment was made for. */
  assignmentEpoch: int32,
  assignorName: string,
  members: array(member),
  /** Bit set over ACL operations; -2147483648: not asked for. */
  authorizedOperations: int32.default(-2147483648),
};

/** Version 0 was early access. */
export const ShareGroupDescribe = api({
  key: 77,
  name: "ShareGroupDescribe",
  versions: [1, 1],
  flexibleSince: 0,
  request: { groupIds: array(string), includeAuthorizedOperations: boolean },
  response: { throttleTimeMs: int32.default(0), groups: array(describedGroup) },
});
export type ShareGroupDescribeRequest = Request<typeof ShareGroupDescribe>;
export type ShareGroupDescribeResponse = ResponseDraft<typeof ShareGroupDescribe>;
