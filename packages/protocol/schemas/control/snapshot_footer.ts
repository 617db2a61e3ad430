// The value of SNAPSHOT_FOOTER, the last record of a snapshot (KIP-630).

import { int16, type MessageOf, schema } from "../../schema/mod.ts";

export const SnapshotFooterRecord = schema({
  name: "SnapshotFooterRecord",
  versions: [0, 0],
  flexibleSince: 0,
  fields: {
    /** As the version of the message. */
    version: int16,
  },
});
export type SnapshotFooterRecord = MessageOf<typeof SnapshotFooterRecord>;
