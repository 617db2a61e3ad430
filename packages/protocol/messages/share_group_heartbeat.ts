// Makes its sender a member of a share group, keeps it one and hands out its partitions (KIP-932);
// members send it to the coordinator.

import {
  api,
  array,
  int16,
  int32,
  type Request,
  type ResponseDraft,
  string,
  struct,
  uuid,
} from "../schema/mod.ts";

/**
 * What has not changed since the last heartbeat may be null, in both directions. Version 0 was
 * early access.
 */
export const ShareGroupHeartbeat = api({
  key: 76,
  name: "ShareGroupHeartbeat",
  versions: [1, 1],
  flexibleSince: 0,
  request: {
    groupId: string,
    /** Made by the member. */
    memberId: string,
    /** As in the last answer. 0: joins; -1: leaves. */
    memberEpoch: int32,
    rackId: string.nullable().default(null),
    subscribedTopicNames: array(string).nullable().default(null),
  },
  response: {
    throttleTimeMs: int32.default(0),
    errorCode: int16,
    errorMessage: string.nullable().default(null),
    memberId: string.nullable().default(null),
    memberEpoch: int32,
    heartbeatIntervalMs: int32,
    assignment: struct({
      topicPartitions: array({ topicId: uuid, partitions: array(int32) }),
    }).nullable().default(null),
  },
});
export type ShareGroupHeartbeatRequest = Request<typeof ShareGroupHeartbeat>;
export type ShareGroupHeartbeatResponse = ResponseDraft<typeof ShareGroupHeartbeat>;
