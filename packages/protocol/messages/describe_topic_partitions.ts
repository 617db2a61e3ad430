// Pages through the partitions of topics, with their eligible leader replicas; admin clients send
// it to any broker (KIP-966).

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

const describedTopic = {
  errorCode: int16,
  /** null: an id that no topic has. */
  name: string.nullable(),
  topicId: uuid.ignorable(),
  isInternal: boolean.default(false).ignorable(),
  partitions: array({
    errorCode: int16,
    partitionIndex: int32,
    /** -1: none. */
    leaderId: int32,
    /** -1: not known. */
    leaderEpoch: int32.default(-1).ignorable(),
    replicaNodes: array(int32),
    isrNodes: array(int32),
    /** Not in sync, but with everything that was committed. */
    eligibleLeaderReplicas: array(int32).nullable().default(null),
    /** The last in-sync replica, if all are gone. */
    lastKnownElr: array(int32).nullable().default(null),
    offlineReplicas: array(int32).ignorable(),
  }),
  /** Bit set over ACL operations; -2147483648: not asked for. */
  topicAuthorizedOperations: int32.default(-2147483648),
};

export const DescribeTopicPartitions = api({
  key: 75,
  name: "DescribeTopicPartitions",
  versions: [0, 0],
  flexibleSince: 0,
  request: {
    /** Empty: all. */
    topics: array({ name: string }),
    responsePartitionLimit: int32.default(2000),
    /** Where to begin; null: at the first topic. */
    cursor: struct({ topicName: string, partitionIndex: int32 }).nullable().default(null),
  },
  response: {
    throttleTimeMs: int32.default(0).ignorable(),
    topics: array(describedTopic),
    /** null: this was the last page. */
    nextCursor: struct({ topicName: string, partitionIndex: int32 }).nullable().default(null),
  },
});
export type DescribeTopicPartitionsRequest = Request<typeof DescribeTopicPartitions>;
export type DescribeTopicPartitionsResponse = ResponseDraft<typeof DescribeTopicPartitions>;
