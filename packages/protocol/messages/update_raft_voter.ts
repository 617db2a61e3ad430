// Tells the leader of the metadata quorum the listeners and kraft.version range of a voter
// (KIP-853); voters send it when the quorum knows theirs otherwise.

import {
  api,
  array,
  int16,
  int32,
  type Request,
  type ResponseDraft,
  string,
  struct,
  uint16,
  uuid,
} from "../schema/mod.ts";

export const UpdateRaftVoter = api({
  key: 82,
  name: "UpdateRaftVoter",
  versions: [0, 0],
  flexibleSince: 0,
  request: {
    /** null: not checked. */
    clusterId: string.nullable(),
    /** What the sender believes, to be fenced by. */
    currentLeaderEpoch: int32,
    voterId: int32,
    voterDirectoryId: uuid,
    /** By which the other voters reach it. */
    listeners: array({ name: string, host: string, port: uint16 }),
    kRaftVersionFeature: struct({ minSupportedVersion: int16, maxSupportedVersion: int16 }),
  },
  response: {
    throttleTimeMs: int32.default(0),
    errorCode: int16,
    /** -1: none known. */
    currentLeader: struct({
      leaderId: int32.default(-1),
      leaderEpoch: int32.default(-1),
      host: string,
      port: int32,
    }).tag(0),
  },
});
export type UpdateRaftVoterRequest = Request<typeof UpdateRaftVoter>;
export type UpdateRaftVoterResponse = ResponseDraft<typeof UpdateRaftVoter>;
