// The value of KRAFT_VOTERS: from here on, and before it is committed, these are the voters
// (KIP-853).

import {
  array,
  int16,
  int32,
  type MessageOf,
  schema,
  string,
  struct,
  uint16,
  uuid,
} from "../../schema/mod.ts";

const voter = {
  voterId: int32,
  voterDirectoryId: uuid,
  /** By listener name. */
  endpoints: array({ name: string, host: string, port: uint16 }),
  kRaftVersionFeature: struct({ minSupportedVersion: int16, maxSupportedVersion: int16 }),
};

export const VotersRecord = schema({
  name: "VotersRecord",
  versions: [0, 0],
  flexibleSince: 0,
  fields: {
    /** As the version of the message. */
    version: int16,
    voters: array(voter),
  },
});
export type VotersRecord = MessageOf<typeof VotersRecord>;
