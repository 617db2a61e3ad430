// Asks a voter of the metadata quorum for its vote; candidates and prospective candidates send it
// to all voters (KIP-595, KIP-996).

import {
  api,
  array,
  boolean,
  int16,
  int32,
  int64,
  type Request,
  type ResponseDraft,
  string,
  uint16,
  uuid,
} from "../schema/mod.ts";

const requestedVote = {
  partitionIndex: int32,
  /** In which the sender stands for election. */
  replicaEpoch: int32,
  /** The candidate. */
  replicaId: int32,
  /** Of the candidate (KIP-853). */
  replicaDirectoryId: uuid.since(1).ignorable(),
  /** Of the receiver, which refuses another's (KIP-853). */
  voterDirectoryId: uuid.since(1).ignorable(),
  /** Of the candidate's last record. */
  lastOffsetEpoch: int32,
  /** End offset of the candidate's log. */
  lastOffset: int64,
  /** Whether it would be granted: changes nothing at the receiver (KIP-996). */
  preVote: boolean.since(2),
};

export const Vote = api({
  key: 52,
  name: "Vote",
  versions: [0, 2],
  flexibleSince: 0,
  request: {
    /** null: not known. */
    clusterId: string.nullable().default(null),
    /** Whom the request is meant for (KIP-853); -1: not said. */
    voterId: int32.since(1).default(-1).ignorable(),
    topics: array({ topicName: string, partitions: array(requestedVote) }),
  },
  response: {
    errorCode: int16,
    topics: array({
      topicName: string,
      partitions: array({
        partitionIndex: int32,
        errorCode: int16,
        /** -1: none known. */
        leaderId: int32,
        leaderEpoch: int32,
        voteGranted: boolean,
      }),
    }),
    /** Of the leaders named above (KIP-853). */
    nodeEndpoints: array({ nodeId: int32, host: string, port: uint16 }).since(1).tag(0),
  },
});
export type VoteRequest = Request<typeof Vote>;
export type VoteResponse = ResponseDraft<typeof Vote>;
