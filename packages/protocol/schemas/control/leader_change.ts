// The value of LEADER_CHANGE, the first record that a new leader of the quorum writes (KIP-595).

import { array, int16, int32, type MessageOf, schema, uuid } from "../../schema/mod.ts";

const voter = {
  voterId: int32,
  /** From kraft.version 1 on (KIP-853). */
  voterDirectoryId: uuid.since(1),
};

export const LeaderChangeMessage = schema({
  name: "LeaderChangeMessage",
  versions: [0, 1],
  flexibleSince: 0,
  fields: {
    /** As the version of the message. */
    version: int16,
    leaderId: int32,
    voters: array(voter),
    /** Those that voted for the leader, itself included. */
    grantingVoters: array(voter),
  },
});
export type LeaderChangeMessage = MessageOf<typeof LeaderChangeMessage>;
