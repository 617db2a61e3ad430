// The eligible leader replicas of a topic, or of all, are forgotten: its min.insync.replicas has
// changed (KIP-966).

import { type MessageOf, string } from "../../schema/mod.ts";
import { metadataRecord } from "./record.ts";

export const ClearElrRecord = metadataRecord({
  key: 28,
  name: "ClearElrRecord",
  versions: [0, 0],
  fields: {
    /** Empty: all. */
    topicName: string,
  },
});
export type ClearElrRecord = MessageOf<typeof ClearElrRecord>;
