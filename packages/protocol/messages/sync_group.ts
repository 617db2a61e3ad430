// Ends a rebalance of a classic group: the leader hands in the assignment and every member takes
// its share; members send it to the coordinator.

import {
  api,
  array,
  bytes,
  int16,
  int32,
  type Request,
  type ResponseDraft,
  string,
} from "../schema/mod.ts";

export const SyncGroup = api({
  key: 14,
  name: "SyncGroup",
  versions: [0, 5],
  flexibleSince: 4,
  request: {
    groupId: string,
    generationId: int32,
    memberId: string,
    /** Of a static member (KIP-345); null: dynamic. */
    groupInstanceId: string.since(3).nullable().default(null),
    /** null: not checked. As `protocolName` (KIP-559). */
    protocolType: string.since(5).nullable().default(null).ignorable(),
    protocolName: string.since(5).nullable().default(null).ignorable(),
    /** From the leader; empty from everybody else. */
    assignments: array({
      memberId: string,
      /** A ConsumerProtocolAssignment in groups of type `consumer`. */
      assignment: bytes,
    }),
  },
  response: {
    throttleTimeMs: int32.since(1).ignorable(),
    errorCode: int16,
    protocolType: string.since(5).nullable().default(null).ignorable(),
    protocolName: string.since(5).nullable().default(null).ignorable(),
    assignment: bytes,
  },
});
export type SyncGroupRequest = Request<typeof SyncGroup>;
export type SyncGroupResponse = ResponseDraft<typeof SyncGroup>;
