// Shows consumer groups and their members (KIP-848); admin clients send it to the coordinator.

import {
  api,
  array,
  boolean,
  int16,
  int32,
  int8,
  type Request,
  type ResponseDraft,
  string,
  struct,
  uuid,
} from "../schema/mod.ts";

const assignment = {
  topicPartitions: array({ topicId: uuid, topicName: string, partitions: array(int32) }),
};

const member = {
  memberId: string,
  /** Of a static member; null: dynamic. */
  instanceId: string.nullable().default(null),
  /** null: none. */
  rackId: string.nullable().default(null),
  /** The group epoch that the member has reached. */
  memberEpoch: int32,
  clientId: string,
  /** `/` and the address. */
  clientHost: string,
  subscribedTopicNames: array(string),
  /** null: none. */
  subscribedTopicRegex: string.nullable().default(null),
  /** What the member holds. */
  assignment: struct(assignment),
  /** What it is to hold in the end. */
  targetAssignment: struct(assignment),
  /** 0: of the classic protocol, 1: of the consumer protocol (KIP-1099); -1: not known. */
  memberType: int8.since(1).default(-1).ignorable(),
};

const describedGroup = {
  errorCode: int16,
  errorMessage: string.nullable().default(null),
  groupId: string,
  /** Empty, Assigning, Reconciling, Stable or Dead. */
  groupState: string,
  /** Grows with each change that asks for a new assignment. */
  groupEpoch: int32,
  /** The group epoch that the target assignment was made for. */
  assignmentEpoch: int32,
  assignorName: string,
  members: array(member),
  /** Bit set over ACL operations; -2147483648: not asked for. */
  authorizedOperations: int32.default(-2147483648),
};

export const ConsumerGroupDescribe = api({
  key: 69,
  name: "ConsumerGroupDescribe",
  versions: [0, 1],
  flexibleSince: 0,
  request: { groupIds: array(string), includeAuthorizedOperations: boolean },
  response: { throttleTimeMs: int32.default(0), groups: array(describedGroup) },
});
export type ConsumerGroupDescribeRequest = Request<typeof ConsumerGroupDescribe>;
export type ConsumerGroupDescribeResponse = ResponseDraft<typeof ConsumerGroupDescribe>;
