// Tells where the brokers and the leaders of partitions are; every client and tool sends it, to any
// broker.

import {
  api,
  array,
  boolean,
  int16,
  int32,
  type Request,
  type ResponseDraft,
  string,
  uuid,
} from "../schema/mod.ts";

const topic = {
  errorCode: int16,
  /** null: an id that no topic has. */
  name: string.nullable(12),
  /** Zero: a name that no topic has. */
  topicId: uuid.since(10).ignorable(),
  isInternal: boolean.since(1).default(false).ignorable(),
  partitions: array({
    errorCode: int16,
    partitionIndex: int32,
    /** -1: none. */
    leaderId: int32,
    /** -1: not known. */
    leaderEpoch: int32.since(7).default(-1).ignorable(),
    /** The first is the preferred leader. */
    replicaNodes: array(int32),
    isrNodes: array(int32),
    offlineReplicas: array(int32).since(5).ignorable(),
  }),
  /** Bit set over ACL operations; -2147483648: not asked for. */
  topicAuthorizedOperations: int32.since(8).default(-2147483648),
};

export const Metadata = api({
  key: 3,
  name: "Metadata",
  versions: [0, 13],
  flexibleSince: 9,
  request: {
    /** null: all; empty: none, but in version 0 all. */
    topics: array({
      /** Instead of a name since version 12; in 10 and 11 there, but not allowed. */
      topicId: uuid.since(10).ignorable(),
      /** null: by id. */
      name: string.nullable(10),
    }).nullable(1),
    allowAutoTopicCreation: boolean.since(4).default(true),
    includeClusterAuthorizedOperations: boolean.since(8).until(10),
    includeTopicAuthorizedOperations: boolean.since(8),
  },
  response: {
    throttleTimeMs: int32.since(3).ignorable(),
    /** Not fenced, with their endpoints on the listener that was asked. */
    brokers: array({
      nodeId: int32,
      host: string,
      port: int32,
      rack: string.since(1).nullable().default(null).ignorable(),
    }),
    clusterId: string.since(2).nullable().default(null).ignorable(),
    /** Any live broker: all forward to the controller. -1: none. */
    controllerId: int32.since(1).default(-1).ignorable(),
    topics: array(topic),
    /** As of topics. Later versions leave it to DescribeCluster (KIP-700). */
    clusterAuthorizedOperations: int32.since(8).until(10).default(-2147483648),
    errorCode: int16.since(13).ignorable(),
  },
});
export type MetadataRequest = Request<typeof Metadata>;
export type MetadataResponse = ResponseDraft<typeof Metadata>;
