// Makes its sender a member of a classic group, or keeps it one in the next generation; members
// send it to the coordinator, which holds the answer until the rebalance is over.

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

export const JoinGroup = api({
  key: 11,
  name: "JoinGroup",
  versions: [0, 9],
  flexibleSince: 6,
  request: {
    groupId: string,
    /** Without a heartbeat for so long the member is out. */
    sessionTimeoutMs: int32,
    /** How long others are waited for in a rebalance; -1: `sessionTimeoutMs`. */
    rebalanceTimeoutMs: int32.since(1).default(-1).ignorable(),
    /** Empty: new. Since version 4 it gets an id with MEMBER_ID_REQUIRED and joins again. */
    memberId: string,
    /** Of a static member (KIP-345); null: dynamic. */
    groupInstanceId: string.since(5).nullable().default(null),
    /** `consumer`, or `connect`. */
    protocolType: string,
    /** Assignors, the most wanted first. */
    protocols: array({
      name: string,
      /** A ConsumerProtocolSubscription in groups of type `consumer`. */
      metadata: bytes,
    }),
    /** For the coordinator's log. */
    reason: string.since(8).nullable().default(null).ignorable(),
  },
  response: {
    throttleTimeMs: int32.since(2).ignorable(),
    errorCode: int16,
    generationId: int32.default(-1),
    protocolType: string.since(7).nullable().default(null).ignorable(),
    /** What the group agreed on. */
    protocolName: string.nullable(7),
    /** Its member id; it alone hears of the members and makes the assignment. */
    leader: string,
    /** The leader must not make one: what the group has is still good (KIP-814). */
    skipAssignment: boolean.since(9).default(false),
    memberId: string,
    members: array({
      memberId: string,
      groupInstanceId: string.since(5).nullable().default(null).ignorable(),
      /** As the member sent it for the protocol that was chosen. */
      metadata: bytes,
    }),
  },
});
export type JoinGroupRequest = Request<typeof JoinGroup>;
export type JoinGroupResponse = ResponseDraft<typeof JoinGroup>;
