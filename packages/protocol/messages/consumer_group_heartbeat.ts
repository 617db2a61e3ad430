// Makes its sender a member of a consumer group, keeps it one and hands out its partitions
// (KIP-848); members send it to the coordinator.

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
 * What has not changed since the last heartbeat may be null, or -1, in both directions. From
 * version 1 members make their ids themselves (KIP-1082).
 */
export const ConsumerGroupHeartbeat = api({
  key: 68,
  name: "ConsumerGroupHeartbeat",
  versions: [0, 1],
  flexibleSince: 0,
  request: {
    groupId: string,
    /** Empty: new, the coordinator makes an id (version 0). */
    memberId: string,
    /** As in the last answer. 0: joins; -1: leaves; -2: a static member leaves for a while. */
    memberEpoch: int32,
    /** Of a static member; null: dynamic. */
    instanceId: string.nullable().default(null),
    rackId: string.nullable().default(null),
    /** Longest time to give partitions up. */
    rebalanceTimeoutMs: int32.default(-1),
    subscribedTopicNames: array(string).nullable().default(null),
    /** In the syntax of RE2/J; besides the names. */
    subscribedTopicRegex: string.since(1).nullable().default(null),
    /** null: the group's default. */
    serverAssignor: string.nullable().default(null),
    /** What the member holds. */
    topicPartitions: array({ topicId: uuid, partitions: array(int32) }).nullable().default(null),
  },
  response: {
    throttleTimeMs: int32.default(0),
    errorCode: int16,
    errorMessage: string.nullable().default(null),
    memberId: string.nullable().default(null),
    memberEpoch: int32,
    heartbeatIntervalMs: int32,
    assignment: struct({
      /** What the member may hold now; it gives up everything else. */
      topicPartitions: array({ topicId: uuid, partitions: array(int32) }),
    }).nullable().default(null),
  },
});
export type ConsumerGroupHeartbeatRequest = Request<typeof ConsumerGroupHeartbeat>;
export type ConsumerGroupHeartbeatResponse = ResponseDraft<typeof ConsumerGroupHeartbeat>;
