// Makes a controller a voter of the metadata quorum (KIP-853); admin clients send it to any node,
// which passes it on to the leader, and controllers that may join by themselves to the leader
// (KIP-1186).

import {
  api,
  array,
  boolean,
  int16,
  int32,
  type Request,
  type ResponseDraft,
  string,
  uint16,
  uuid,
} from "../schema/mod.ts";

export const AddRaftVoter = api({
  key: 80,
  name: "AddRaftVoter",
  versions: [0, 1],
  flexibleSince: 0,
  request: {
    /** null: not checked. */
    clusterId: string.nullable(),
    timeoutMs: int32,
    voterId: int32,
    voterDirectoryId: uuid,
    /** By which the other voters reach it. */
    listeners: array({ name: string, host: string, port: uint16 }),
    /** False: the answer comes as soon as the leader has written the new voters. */
    ackWhenCommitted: boolean.since(1).default(true),
  },
  response: {
    throttleTimeMs: int32.default(0),
    errorCode: int16,
    errorMessage: string.nullable().ignorable(),
  },
});
export type AddRaftVoterRequest = Request<typeof AddRaftVoter>;
export type AddRaftVoterResponse = ResponseDraft<typeof AddRaftVoter>;
