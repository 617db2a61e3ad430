// Announces the leader of a new epoch; the leader of the metadata quorum sends it to the voters
// that do not fetch yet (KIP-595).

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

export const BeginQuorumEpoch = api({
  key: 53,
  name: "BeginQuorumEpoch",
  versions: [0, 1],
  flexibleSince: 1,
  request: {
    /** null: not known. */
    clusterId: string.nullable().default(null),
    /** Whom the request is meant for (KIP-853); -1: not said. */
    voterId: int32.since(1).default(-1).ignorable(),
    topics: array({
      topicName: string,
      partitions: array({
        partitionIndex: int32,
        /** Of the receiver (KIP-853). */
        voterDirectoryId: uuid.since(1).ignorable(),
        leaderId: int32,
        leaderEpoch: int32,
      }),
    }),
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
export type BeginQuorumEpochRequest = Request<typeof BeginQuorumEpoch>;
export type BeginQuorumEpochResponse = ResponseDraft<typeof BeginQuorumEpoch>;
