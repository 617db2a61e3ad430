// What a replica of the quorum must not forget: the epoch and whom it voted for. On disk it is JSON
// with a field `data_version` beside the message's own, which the controller package reads and
// writes by itself (quorum_state_file.ts); this is for tools and golden vectors.

import { array, int32, int64, type MessageOf, schema, string, uuid } from "../schema/mod.ts";

export const QuorumState = schema({
  name: "QuorumStateData",
  versions: [0, 1],
  flexibleSince: 0,
  fields: {
    /** Empty; nobody reads it. */
    clusterId: string.until(0),
    /** -1: not known. */
    leaderId: int32.default(-1),
    /** Of the quorum, also without a leader. */
    leaderEpoch: int32.default(-1),
    /** -1: nobody yet in this epoch. */
    votedId: int32.default(-1),
    /** Zero: not told. */
    votedDirectoryId: uuid.since(1),
    /** 0; nobody reads it. */
    appliedOffset: int64.until(0),
    /** null: not told. */
    currentVoters: array({ voterId: int32 }).until(0).nullable(),
  },
});
export type QuorumState = MessageOf<typeof QuorumState>;
