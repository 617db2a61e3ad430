// Takes a voter out of the metadata quorum (KIP-853); admin clients send it to any node, which
// passes it on to the leader.

import {
  api,
  int16,
  int32,
  type Request,
  type ResponseDraft,
  string,
  uuid,
} from "../schema/mod.ts";

export const RemoveRaftVoter = api({
  key: 81,
  name: "RemoveRaftVoter",
  versions: [0, 0],
  flexibleSince: 0,
  request: {
    /** null: not checked. */
    clusterId: string.nullable(),
    voterId: int32,
    voterDirectoryId: uuid,
  },
  response: {
    throttleTimeMs: int32.default(0),
    errorCode: int16,
    errorMessage: string.nullable().ignorable(),
  },
});
export type RemoveRaftVoterRequest = Request<typeof RemoveRaftVoter>;
export type RemoveRaftVoterResponse = ResponseDraft<typeof RemoveRaftVoter>;
