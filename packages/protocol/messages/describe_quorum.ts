// Shows the state of the metadata quorum; admin clients send it to any node, which passes it on to
// the leader.

import {
  api,
  array,
  int16,
  int32,
  int64,
  type Request,
  type ResponseDraft,
  string,
  uint16,
  uuid,
} from "../schema/mod.ts";

const replicaState = {
  replicaId: int32,
  replicaDirectoryId: uuid.since(2),
  /** As of the last fetch; -1: not known. */
  logEndOffset: int64,
  /** Wall clock of the leader, ms; -1: of the leader itself, or never. */
  lastFetchTimestamp: int64.since(1).default(-1n).ignorable(),
  /** When the replica last had all that the leader had; -1: never. */
  lastCaughtUpTimestamp: int64.since(1).default(-1n).ignorable(),
};

const describedPartition = {
  partitionIndex: int32,
  errorCode: int16,
  errorMessage: string.since(2).nullable().ignorable(),
  /** -1: none known. */
  leaderId: int32,
  leaderEpoch: int32,
  highWatermark: int64,
  currentVoters: array(replicaState),
  observers: array(replicaState),
};

export const DescribeQuorum = api({
  key: 55,
  name: "DescribeQuorum",
  versions: [0, 2],
  flexibleSince: 0,
  request: {
    topics: array({
      topicName: string,
      partitions: array({ partitionIndex: int32 }),
    }),
  },
  response: {
    errorCode: int16,
    errorMessage: string.since(2).nullable().ignorable(),
    topics: array({ topicName: string, partitions: array(describedPartition) }),
    /** Listeners of the replicas named above (KIP-853). */
    nodes: array({
      nodeId: int32,
      listeners: array({ name: string, host: string, port: uint16 }),
    }).since(2),
  },
});
export type DescribeQuorumRequest = Request<typeof DescribeQuorum>;
export type DescribeQuorumResponse = ResponseDraft<typeof DescribeQuorum>;
