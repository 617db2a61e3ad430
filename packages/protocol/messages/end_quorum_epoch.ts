// Asks for an election at once; a leader of the metadata quorum that stops or resigns sends it to
// the voters (KIP-595).

import {
  api,
  array,
  int16,
  int32,
  type Request,
  type ResponseDraft,
  string,
  uint16,
  uuid,
} from "../schema/mod.ts";

const resignedPartition = {
  partitionIndex: int32,
  leaderId: int32,
  leaderEpoch: int32,
  /** Node ids, the most caught-up first. */
  preferredSuccessors: array(int32).until(0).ignorable(),
  /** As the successors of version 0, with directories (KIP-853). */
  preferredCandidates: array({
    candidateId: int32,
    candidateDirectoryId: uuid,
  }).since(1).ignorable(),
};

export const EndQuorumEpoch = api({
  key: 54,
  name: "EndQuorumEpoch",
  versions: [0, 1],
  flexibleSince: 1,
  request: {
    /** null: not known. */
    clusterId: string.nullable().default(null),
    topics: array({ topicName: string, partitions: array(resignedPartition) }),
    /** By listener name (KIP-853). */
    leaderEndpoints: array({ name: string, host: string, port: uint16 }).since(1).ignorable(),
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
      }),
    }),
    /** Of the leaders named above (KIP-853). */
    nodeEndpoints: array({ nodeId: int32, host: string, port: uint16 }).since(1).tag(0),
  },
});
export type EndQuorumEpochRequest = Request<typeof EndQuorumEpoch>;
export type EndQuorumEpochResponse = ResponseDraft<typeof EndQuorumEpoch>;
