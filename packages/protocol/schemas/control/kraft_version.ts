// The value of KRAFT_VERSION: from here on the quorum runs at a kraft.version (KIP-853).

import { int16, type MessageOf, schema } from "../../schema/mod.ts";

export const KRaftVersionRecord = schema({
  name: "KRaftVersionRecord",
  versions: [0, 0],
  flexibleSince: 0,
  fields: {
    /** As the version of the message. */
    version: int16,
    /** 0: voters by configuration; 1: voters by VotersRecord. */
    kRaftVersion: int16,
  },
});
export type KRaftVersionRecord = MessageOf<typeof KRaftVersionRecord>;
